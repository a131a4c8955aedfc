"""The database: tables, migrations, and every statement."""
