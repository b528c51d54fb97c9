"""What `leadbell doctor` looks at, by topic. Each module yields `Check`s and changes nothing but `journey`."""
