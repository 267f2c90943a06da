"""What is captured of the shop's MySQL databases, and which of it tells of a person."""

from config.table_mappings import CapturedSchema

RENTALS = CapturedSchema(
    name="sakila",
    # Secrets, and where people live: nobody behind the source needs them, and no token could stand for a street.
    dropped=(
        "address.address",
        "address.address2",
        "address.location",
        "address.postal_code",
        "staff.password",
        "staff.picture",
        "staff.username",
    ),
    # An actor's name is on the poster.
    personal=(
        ("address.phone", "phone"),
        ("customer.first_name", "name"),
        ("customer.last_name", "name"),
        ("customer.email", "email"),
        ("staff.first_name", "name"),
        ("staff.last_name", "name"),
        ("staff.email", "email"),
    ),
)
RECORDS = CapturedSchema(
    name="Chinook",
    dropped=(
        "Customer.Address",
        "Customer.PostalCode",
        "Employee.Address",
        "Employee.BirthDate",
        "Employee.PostalCode",
        "Invoice.BillingAddress",
        "Invoice.BillingPostalCode",
    ),
    personal=(
        ("Customer.FirstName", "name"),
        ("Customer.LastName", "name"),
        ("Customer.Phone", "phone"),
        ("Customer.Fax", "phone"),
        ("Customer.Email", "email"),
        ("Employee.FirstName", "name"),
        ("Employee.LastName", "name"),
        ("Employee.Phone", "phone"),
        ("Employee.Fax", "phone"),
        ("Employee.Email", "email"),
    ),
)
