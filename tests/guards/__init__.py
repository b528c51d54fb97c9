"""Each guard taken out in turn, to see that a test notices."""
