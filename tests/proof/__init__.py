"""Long measured runs, each of which ends with an error where it finds one thing wrong."""
