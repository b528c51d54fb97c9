"""Forms, downloads and newsletter as their owner configures them. Imports the top of the package and `web`."""
