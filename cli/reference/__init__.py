"""What the reference pages in docs/reference take from the code: `make reference` writes it into them."""
