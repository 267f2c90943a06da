"""Data and the keys to it: whoever has one without the other has nothing, or too much."""

from collections.abc import Iterable, Iterator

from gate.access.holders import takers
from gate.access.right import ACCOUNT, Gap, Permission
from gate.access.things import Thing, Things
from gate.policy import Condition
from gate.rules.encryption import KEY_FIELDS
from gate.template import Template
from gate.wildcards import fits

# (kind, verb) -> what the caller must be able to do with the thing's key. For the rest AWS's services ask themselves.
NEEDS = {
    ("bucket", "read"): "decrypt",
    ("bucket", "write"): "encrypt",
    ("stream", "read"): "decrypt",
    ("stream", "write"): "encrypt",
    ("secret", "read"): "decrypt",
    ("secret", "write"): "encrypt",
    ("queue", "read"): "decrypt",
    ("queue", "write"): "encrypt",
    ("topic", "write"): "encrypt",
}
S3_KEY = "rule.apply_server_side_encryption_by_default.kms_master_key_id"


class Keys:
    """``permissions`` are everybody's; a role's right to a key counts only where the key leaves it to IAM."""

    def __init__(self, template: Template, things: Things, permissions: Iterable[Permission]) -> None:
        self._template, self._things, self._takers = template, things, takers(template, things)
        self._of = {str(thing): found for thing in things.all if (found := self._key_of(thing))}
        self._held = [p for p in permissions if p.thing and p.thing.kind == "key"]

    def lacks(self, permission: Permission) -> Thing | None:
        """The key that whoever holds this permission would need as well, and has not."""
        thing = permission.thing
        wanted = NEEDS.get((thing.kind, permission.verb)) if thing else None
        key = self._of.get(str(thing)) if wanted else None
        if thing is None or key is None:
            return None
        held = (p for p in self._held if (p.who, p.verb, p.thing) == (permission.who, wanted, key))
        return None if any(self._opens(p, thing) and self.counts(p) for p in held) else key

    def counts(self, permission: Permission) -> bool:
        """Whether the key's own policy leaves it to the account to say who may use it."""
        if permission.thing is None or permission.thing.kind != "key" or permission.who == ACCOUNT:
            return True
        here = [p for p in self._held if p.thing == permission.thing and p.verb == permission.verb]
        roles = {role.path for role in self._things.of_kind("role")}
        return permission.who not in roles or any(p.who == ACCOUNT for p in here)

    def spare(self, permissions: list[Permission]) -> Iterator[Gap]:
        """Rights of roles to keys under which nothing lies that they may use."""
        for held in sorted({(p.who, str(p.thing), p.verb) for p in self._held if p.verb in ("decrypt", "encrypt")}):
            who, key, verb = held
            if any(role.path == who for role in self._things.of_kind("role")):
                used = [p for p in permissions if p.who == who and str(self._of.get(str(p.thing))) == key]
                # What is written in parts, or under a bucket's key, is also decrypted.
                needs = {NEEDS.get((p.thing.kind, p.verb)) for p in used if p.thing}
                if verb not in needs and not (verb == "decrypt" and needs - {None}) and not self._runs(who, key):
                    problem = f"{who} may {verb} with {key}, and may use nothing that lies under it"
                    remedy = "take the key from it, or grant it the data"
                    yield Gap(check="key_without_data", who=who, on=key, problem=problem, remedy=remedy)

    def _runs(self, who: str, key: str) -> bool:
        """A function decrypts its own settings; EMR keeps a run's history under a key that both may use."""
        if any(p.who in self._takers.get(who, ()) and str(p.thing) == key for p in self._held):
            return True
        functions = self._template.all("aws_lambda_function")
        roles = [role.at for role in self._things.of_kind("role") if role.path == who]
        mine = [f for f in functions if any(f.refers_to(role, "role") for role in roles)]
        return any(str(self._things.named("key", f.get("kms_key_arn"))) == key for f in mine)

    def _key_of(self, thing: Thing) -> Thing | None:
        if thing.kind == "bucket":
            name = "aws_s3_bucket_server_side_encryption_configuration"
            settings = self._template.companions(name, thing.at, "bucket")
            return next((key for s in settings if (key := self._things.named("key", s.get(S3_KEY)))), None)
        field = thing.password_of or KEY_FIELDS.get(thing.at.type)
        return self._things.named("key", thing.at.get(field)) if field else None

    def _opens(self, permission: Permission, thing: Thing) -> bool:
        return all(self._met(condition, thing) for condition in permission.conditions)

    def _met(self, condition: Condition, thing: Thing) -> bool:
        variable = condition.variable.lower()
        if variable == "kms:viaservice":
            service = thing.arns[0].split(":")[2]
            return any(value.startswith((f"{service}.", "*")) for value in condition.values)
        if variable == "kms:encryptioncontext:aws:s3:arn" and thing.kind == "bucket":
            # Under a bucket key, which all our buckets have, the context is the bucket.
            return any(fits(value, thing.arns[0]) for value in condition.values)
        return True
