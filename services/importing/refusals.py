"""Why files cannot be taken in. All of these come before anything is recorded, unless the docstring says otherwise."""

from services.kernel.refusals import Conflicting, Malformed, Missing, Unready


class NoSuchDirectory(Missing):
    """The directory to import is not there."""

    sentence = "There is no directory {directory}; give the one that holds the files of the set."


class NoSuchFile(Missing):
    """A file that the set must have is not in the directory."""

    sentence = "The directory {directory} has no {file}; the import needs {needed}."


class UnreadableFile(Missing):
    """The operating system does not let us read the file."""

    sentence = "{file} cannot be read ({cause}); name a file that is there and that you may read."


class NoSuchColumn(Malformed):
    """The header lacks a column."""

    sentence = "{file} has no column {column}; its first line must name {needed}."


class NotText(Malformed):
    """There are bytes that are not UTF-8."""

    sentence = "{file} line {line} holds bytes that are not UTF-8 text; save the file as UTF-8."


class BrokenRow(Malformed):
    """A row has more or fewer fields than the header, or quotes that do not close."""

    sentence = "{file} line {line} does not have the {expected} fields of the header; mend the row."


class BlankField(Malformed):
    """A field that identifies something is empty."""

    sentence = "{file} line {line} has nothing in {column}, which it needs; mend the row."


class BadAmount(Malformed):
    """An amount is not a plain number of reais and centavos."""

    sentence = "{file} line {line} has {value!r} in {column}; an amount looks like 12.34, without a sign."


class BadNumber(Malformed):
    """A number that counts something is not a whole one."""

    sentence = "{file} line {line} has {value!r} in {column}; a whole number from 1 to 999 belongs there."


class BadPoints(Malformed):
    """A review gives no points, or other ones than the set knows."""

    sentence = "{file} line {line} has {value!r} in {column}; give 1 to 5."


class BadTime(Malformed):
    """A time is not written as the set writes times."""

    sentence = "{file} line {line} has {value!r} in {column}; a time looks like 2018-06-04 16:44:48."


class InFuture(Malformed):
    """What is said to have happened lies ahead."""

    sentence = "{file} line {line} has {value!r} in {column}, which has not happened yet; see to the clock or the row."


class UnknownStatus(Malformed):
    """An order has a status that nobody has decided how to book."""

    sentence = "{file} line {line} has the status {value!r}; known are {known}."


class BadMilliseconds(Malformed):
    """A time is not written as milliseconds."""

    sentence = (
        "{file} line {line} has {value!r} in {column}; a time there is in milliseconds since 1970, such as "
        "1512900605000."
    )


class BadAnswer(Malformed):
    """Somebody answered neither yes nor no."""

    sentence = "{file} line {line} has {value!r} in {column}; an answer is yes or no."


class BadGuests(Malformed):
    """Nobody brings a part of a guest, or a town."""

    sentence = "{file} line {line} has {value!r} in {column}; a whole number from 0 to {most} belongs there."


class BadDegrees(Malformed):
    """A latitude or a longitude is none."""

    sentence = "{file} line {line} has {value!r} in {column}; degrees from -{most} to {most} belong there, or nothing."


class TooLong(Malformed):
    """A name is longer than what is kept; to cut it would be to give another name."""

    sentence = "{file} line {line} has {length} characters in {column}, and {most} are kept; shorten it in the file."


class ControlsDisplay(Malformed):
    """A name has characters with which it can be shown as another one."""

    sentence = "{file} line {line} has characters in {column} that control a display; take them out of the file."


class NoAnswers(Malformed):
    """There is no answer in the file."""

    sentence = "{file} has no answers; there is nothing to import."


class NothingToImport(Malformed):
    """There is no order in the set."""

    sentence = "{file} has no orders; there is nothing to import."


class NotReached(Unready):
    """No platform answers at the address. May come in the middle; repeating the import is safe."""

    sentence = "No platform answers at {url}; see to both and repeat the import, nothing is recorded twice."


class TurnedAway(Conflicting):
    """The platform does not let this operator import. May come in the middle; repeating the import is safe."""

    sentence = (
        "The platform says: {said} ({said_code}) The import needs the token of an operator; take a fresh one with "
        "'agora operator token' and repeat the import, nothing is recorded twice."
    )


class TokenMissing(Malformed):
    """A running platform is to be told, and no operator's token was given."""

    sentence = (
        "An import over HTTP needs an operator's token; take one with 'agora operator token', give it by --token."
    )


class EitherDataOrUrl(Malformed):
    """Two places were named."""

    sentence = "Give either --data for a directory whose platform is stopped or --url for one that runs, not both."


class OddFileUnwritable(Malformed):
    """The list of what was odd cannot be written."""

    sentence = "{file} cannot be written ({cause}); choose another place with --odd."


class BooksMoving(Unready):
    """All was recorded, and the books change while they are read: others trade on the platform."""

    sentence = "The books keep changing while they are read; repeat the import when the platform has less to do."


class NotReconciled(Conflicting):
    """All was told, and the platform does not hold what the files say."""

    sentence = "The import does not reconcile with its files: {what}. Nothing was hidden; see the tables above."
