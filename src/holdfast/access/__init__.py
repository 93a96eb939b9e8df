"""Sign-up, sign-in, sessions, apps and OAuth, roles and permissions, rate limits."""
