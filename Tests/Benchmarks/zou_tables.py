"""Bulk access to Zou's tables, over the schemas of Zou 0.19 to 1.0."""


class Tables:
    """COPY into, and deep deletion from, the database that `connection` (psycopg) leads to."""

    def __init__(self, connection):
        self.connection = connection
        self.columns = {}
        for table, column in connection.execute(
                "select table_name, column_name from information_schema.columns"
                " where table_schema = 'public'"):
            self.columns.setdefault(table, set()).add(column)
        # child table, its column, whether that may be null, and the table it points to
        self.references = connection.execute(
            "select c.conrelid::regclass::text, a.attname, not a.attnotnull, c.confrelid::regclass::text"
            " from pg_constraint c join pg_attribute a"
            " on a.attrelid = c.conrelid and a.attnum = c.conkey[1]"
            " where c.contype = 'f' and cardinality(c.conkey) = 1").fetchall()

    def ids(self, table, condition, *values):
        rows = self.connection.execute(f"select id from {table} where {condition}", values)
        return [row[0] for row in rows]

    def copy(self, table, rows):
        """Copies dictionaries of one shape; columns that this version of Zou lacks are left out."""
        rows = iter(rows)
        first = next(rows, None)
        if first is None:
            return
        names = [name for name in first if name in self.columns[table]]
        with self.connection.cursor() as cursor:
            with cursor.copy(f"copy {table} ({', '.join(names)}) from stdin") as copy:
                copy.write_row([first[name] for name in names])
                for row in rows:
                    copy.write_row([row[name] for name in names])

    def delete(self, table, ids):
        """Deletes rows and all that points to them. A person, or a row that can do without (an asset whose
        preview goes), only loses the reference."""
        if not ids:
            return
        if table == "task" and "comment" in self.columns:  # comments name their task without a foreign key
            self.delete("comment", self.ids("comment", "object_id = any(%s)", ids))
        for child, column, nullable, parent in self.references:
            if parent != table:
                continue
            if nullable and child in ("person", "entity"):
                self.connection.execute(
                    f"update {child} set {column} = null where {column} = any(%s)", (ids,))
            elif "id" in self.columns[child]:
                self.delete(child, self.ids(child, f"{column} = any(%s)", ids))
            else:
                self.connection.execute(f"delete from {child} where {column} = any(%s)", (ids,))
        self.connection.execute(f"delete from {table} where id = any(%s)", (ids,))
