"""The pure core: it judges and folds, and knows neither clock nor database nor network."""
