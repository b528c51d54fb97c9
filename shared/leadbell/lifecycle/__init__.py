"""The stages: what follows from facts, who is notified, and why or why not. Imports the top and `scoring`."""
