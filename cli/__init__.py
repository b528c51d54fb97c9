"""The operator's `leadbell` command."""
