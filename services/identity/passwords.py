"""Passwords: what one must be like, and how it is kept.

All functions block for some 20 ms of processor time; callers on an event loop use a thread.
Texts are brought to NFKC first, so that a password typed on another keyboard is the same
(NIST SP 800-63B, 5.1.1.2).
"""

from functools import cache
from secrets import token_urlsafe
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from services.identity.domain.refusals import PasswordIsMail, PasswordTooCommon, PasswordTooLong, PasswordTooShort

LEAST_CHARACTERS = 8
MOST_CHARACTERS = 200

# argon2id as the OWASP cheat sheet on password storage has it. The library's own 64 MiB a call
# would let a handful of people who sign in at once take the memory of a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

_MOST_COMMON = """
password password1 password12 password123 passw0rd p@ssw0rd p@ssword 12345678 123456789 1234567890 87654321
0123456789 987654321 11111111 00000000 88888888 12341234 11223344 12121212 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4
qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwer1234 asdfghjk asdfghjkl asdf1234 zxcvbnm1 abcd1234 abc12345
abcdefgh a1b2c3d4 aa123456 iloveyou iloveyou1 sunshine princess football baseball superman trustno1 starwars
whatever computer internet letmein1 welcome1 welcome123 admin123 administrator changeme secret123 mypassword
p4ssw0rd dragon123 monkey123 woaini1314 5201314520 147258369 123123123 1234qwer
"""
_COMMON = frozenset(_MOST_COMMON.split())


def ensure_acceptable(password: str, mail: str) -> None:
    """Raises PasswordTooShort, PasswordTooLong, PasswordTooCommon or PasswordIsMail."""
    text = normalize("NFKC", password)
    if len(text) < LEAST_CHARACTERS:
        raise PasswordTooShort(least=LEAST_CHARACTERS)
    if len(text) > MOST_CHARACTERS:
        raise PasswordTooLong(most=MOST_CHARACTERS)
    if text.casefold() in _COMMON or len(set(text)) == 1:
        raise PasswordTooCommon()
    if text.strip().casefold() == normalize("NFKC", mail).strip().casefold():
        raise PasswordIsMail()


def hashed(password: str) -> str:
    """The argon2id hash to keep, with its salt and parameters."""
    return _hasher.hash(_octets(password))


def verify(password_hash: str, password: str) -> bool:
    """Whether this is the password. Raises argon2's InvalidHashError when what was kept is no hash."""
    try:
        return _hasher.verify(password_hash, _octets(password))
    except VerifyMismatchError:
        return False


def needs_rehash(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's: hash again after the next sign-in."""
    return _hasher.check_needs_rehash(password_hash)


def dummy_verify(password: str) -> None:
    """Takes as long as ``verify``, so that time does not tell an unknown mail from a wrong password."""
    verify(_nobodys_hash(), password)


@cache
def _nobodys_hash() -> str:
    return hashed(token_urlsafe())


def _octets(password: str) -> bytes:
    # A lone surrogate can come in through JSON and has no UTF-8 form; it must be a wrong password, not an error.
    return normalize("NFKC", password).encode("utf-8", "surrogatepass")
