"""Who gets at a table's rows in the end: it takes the catalogue, Lake Formation's grant, and a way to the files."""

from collections.abc import Iterable, Iterator

from gate.access.right import Gap, Permission, Right
from gate.access.things import Thing, Things
from gate.template import Template
from gate.wildcards import fits, overlap

GOVERNED = ("table", "database")
S3 = "s3://"


class Tables:
    """``permissions`` are those that count. Under Lake Formation IAM alone opens no table, and no grant alone does."""

    def __init__(self, template: Template, things: Things, permissions: Iterable[Permission]) -> None:
        self._template, self._things, self._permissions = template, things, list(permissions)
        self.governed = bool(template.all("aws_lakeformation_data_lake_settings"))

    def readable(self) -> Iterator[Right]:
        """Without Lake Formation: whoever sees a table in the catalogue and may read its files."""
        for table in [] if self.governed else self._things.of_kind("table"):
            for who in sorted({p.who for p in self._permissions}):
                bucket, prefix = self._files(table)
                if bucket and self._sees(who, table) and self._reads(who, bucket, prefix):
                    yield Right(who=who, kind=table.kind, on=table.path, verb="read")

    def gaps(self, rights: Iterable[Right]) -> Iterator[tuple[Right, Gap]]:
        """Grants to roles of the stack that are not enough, with what they lack."""
        roles = {role.path for role in self._things.of_kind("role")}
        tables = {table.path: table for table in self._things.of_kind("table")}
        for right in rights:
            if right.kind == "table" and right.verb == "read" and right.who in roles:
                for check, problem, remedy in self._missing(right.who, tables[right.on]):
                    yield right, Gap(check=check, who=right.who, on=right.what, problem=problem, remedy=remedy)

    def ungranted(self, rights: Iterable[Right]) -> Iterator[Gap]:
        """Roles that IAM lets see tables and ask for them, and that Lake Formation shows none."""
        granted = {right.who for right in rights if right.kind == "table"}
        for role in self._things.of_kind("role") if self.governed else []:
            asks = any(p.who == role.path and p.verb == "ask" for p in self._permissions)
            seen = [str(table) for table in self._things.of_kind("table") if self._sees(role.path, table)]
            if asks and seen and role.path not in granted:
                problem = f"{role.path} may ask for {', '.join(seen)}, and Lake Formation grants it none of them"
                remedy = "grant it the tables by tag, or take its way to the catalogue back"
                yield Gap(check="catalogue_without_grant", who=role.path, on=seen[0], problem=problem, remedy=remedy)

    def _missing(self, who: str, table: Thing) -> Iterator[tuple[str, str, str]]:
        if not any(p.who == who and p.verb == "ask" for p in self._permissions):
            problem = f"{who} was granted {table}, and may not ask Lake Formation for it"
            yield "grant_without_catalogue", problem, "allow it lakeformation:GetDataAccess"
        if not self._sees(who, table):
            problem = f"{who} was granted {table}, and IAM does not let it see the catalogue's entry"
            yield "grant_without_catalogue", problem, "allow it glue:GetTable there"
        bucket, prefix = self._files(table)
        if bucket and not any(self._reads(opener, bucket, prefix) for opener in self._openers(bucket)):
            problem = f"{who} was granted {table}, and Lake Formation has no way to the files in {bucket}"
            yield "location_is_not_open", problem, "register the bucket, with a role that may read and decrypt it"

    def _sees(self, who: str, table: Thing) -> bool:
        mine = (p for p in self._permissions if p.who == who and p.thing == table)
        return any(overlap(p.action, "glue:gettable*") for p in mine)

    def _reads(self, who: str, bucket: Thing, prefix: str) -> bool:
        mine = (p for p in self._permissions if p.who == who and p.thing == bucket and p.verb == "read")
        return any(not p.part or fits(p.part, f"{prefix}/x") for p in mine)

    def _openers(self, bucket: Thing) -> list[str]:
        """Roles in which Lake Formation reads a bucket."""
        locations = self._template.all("aws_lakeformation_resource")
        mine = [x for x in locations if self._things.spelled(x.get("arn")).startswith(bucket.arns[0])]
        return [role.path for x in mine if (role := self._things.named("role", x.get("role_arn")))]

    def _files(self, table: Thing) -> tuple[Thing | None, str]:
        """The bucket and the prefix of a table's files; a view has none."""
        location = self._things.spelled(table.at.get("storage_descriptor.location"))
        name, _, prefix = location.removeprefix(S3).partition("/")
        return self._things.named("bucket", name) if location.startswith(S3) else None, prefix.strip("/")
