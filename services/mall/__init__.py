"""The mall: listings, shelves, stock, orders, payments and the ledger."""
