"""How sensitive a table's columns are, said to Lake Formation: contracts in, LF-tags out."""

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lakeformation_resource_lf_tags import (
    LakeformationResourceLfTags,
    LakeformationResourceLfTagsLfTag,
    LakeformationResourceLfTagsTable,
    LakeformationResourceLfTagsTableWithColumns,
)

from constructs import Construct
from constructs.lake_database import CataloguedTable
from contracts import SENSITIVITIES, Sensitivity, most_sensitive


class SensitivityTags(Construct):
    """A table is tagged ``none``, and each column that is more than that by itself.

    A view as a whole: Lake Formation knows no rights to the columns of Athena's views, so it is as sensitive as its
    most sensitive column. ``more`` are further tags of the whole table, key to value.
    """

    def __init__(
        self, scope: Construct, id_: str, *, table: CataloguedTable, key: str, more: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(scope, id_)
        self._table, self._key, self._more = table.table, key, more or {}
        if table.is_view:
            self._tag_table(most_sensitive(*(column.sensitivity for column in table.columns)), after=[])
            return
        by_column = [
            self._tag_columns(sensitivity, names)
            for sensitivity in SENSITIVITIES[1:]
            if (names := [column.name for column in table.columns if column.sensitivity == sensitivity])
        ]
        # From the table's tag on, what has none of its own is for everybody.
        self._tag_table("none", after=by_column)

    def _tag_columns(self, sensitivity: Sensitivity, names: list[str]) -> LakeformationResourceLfTags:
        return LakeformationResourceLfTags(
            self,
            f"{sensitivity.capitalize()}Columns",
            table_with_columns=LakeformationResourceLfTagsTableWithColumns(
                database_name=self._table.database_name, name=self._table.name, column_names=names
            ),
            lf_tag=[LakeformationResourceLfTagsLfTag(key=self._key, value=sensitivity)],
            lifecycle=self._made_again_with_the_table(),
        )

    def _tag_table(self, sensitivity: Sensitivity, *, after: list[LakeformationResourceLfTags]) -> None:
        LakeformationResourceLfTags(
            self,
            "Table",
            table=LakeformationResourceLfTagsTable(database_name=self._table.database_name, name=self._table.name),
            lf_tag=[
                LakeformationResourceLfTagsLfTag(key=key, value=value)
                for key, value in {self._key: sensitivity, **self._more}.items()
            ],
            lifecycle=self._made_again_with_the_table(),
            depends_on=after,
        )

    def _made_again_with_the_table(self) -> TerraformResourceLifecycle:
        # Its tags go with a table that is replaced, and its name, by which they are attached, stays the same.
        return TerraformResourceLifecycle(
            replace_triggered_by=[f"{self._table.terraform_resource_type}.{self._table.friendly_unique_id}.id"]
        )
