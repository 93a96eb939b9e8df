"""People: accounts, names, profiles and relations."""
