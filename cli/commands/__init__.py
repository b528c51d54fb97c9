"""One module per command of the operator."""
