"""The ladder: what follows from facts, who is notified of it, and why or why not. Imports the top and `scoring`."""
