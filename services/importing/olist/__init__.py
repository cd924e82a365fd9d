"""The Olist marketplace: orders, lines, payments, deliveries, people, as files of comma-separated values."""
