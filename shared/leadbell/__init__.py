"""Leadbell: facts about website visitors in, one alert per sales-qualified contact out."""
