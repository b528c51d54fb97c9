"""What people's own words mean: sizes, times, titles, industries, answers, in our languages. Imports only the top."""
