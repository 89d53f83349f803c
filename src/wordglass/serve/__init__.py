"""``wordglass open``: the report's page, live, on this machine alone. Needs the extra ``web``."""
