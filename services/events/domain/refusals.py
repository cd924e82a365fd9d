"""Every way in which events says no."""

from services.kernel.domain import Conflicting, Forbidden, Malformed, Missing


class NotOrganiser(Forbidden):
    """Only an owner or a leader of the group decides on its gatherings."""

    sentence = "You may not do this: it takes an owner or a leader of group {group_id}."


class NotAtTheDoor(Forbidden):
    """Only those at the door check tickets."""

    sentence = "You may not do this: it takes an owner or a leader of the group, or somebody they put at the door."


class WaitlistForThoseWaiting(Forbidden):
    """The waitlist is for those who wait or have waited, and for the organiser."""

    sentence = "The waitlist is for those on it, and for owners and leaders of the group; register to join it."


class NoSuchGathering(Missing):
    """There is no gathering with this id."""

    sentence = "There is no such gathering here; the list of gatherings has the id of each."


class NoSuchPerson(Missing):
    """Nobody with this id is known here."""

    sentence = "Nobody with the id {person_id} is known here; check the id, or try again if they have just registered."


class NoSuchGroup(Missing):
    """Nothing is known of such a group."""

    sentence = "There is no such group here; groups lists them with their ids."


class NoSuchRegistration(Missing):
    """There is no such registration, or it is somebody else's."""

    sentence = "There is no such registration here, or it is not yours to see."


class NoTicket(Missing):
    """The registration has no ticket, or no longer."""

    sentence = "This registration is {state} and has no ticket; one comes with a free seat that is free or paid."


class RecordedOtherwise(Conflicting):
    """Something else stands under the id that was given."""

    sentence = "Something else is recorded under this id; send what was recorded, or take another id."


class TitleMissing(Malformed):
    """A gathering needs a title."""

    sentence = "A gathering needs a title of letters; send one in 'title'."


class VenueMissing(Malformed):
    """People must know where to go."""

    sentence = "Say where it is: 'venue_name', 'online_url', or both."


class PlaceHalfSaid(Malformed):
    """A latitude without a longitude is no place."""

    sentence = "Send 'latitude' and 'longitude' together, or neither."


class TimesNotUsable(Malformed):
    """It begins in the future, and ends after it begins."""

    sentence = "A gathering starts in the future and ends after that; {starts_at} to {ends_at} does not."


class CapacityNotUsable(Malformed):
    """There are so many seats at least and at most."""

    sentence = "A gathering has {least} to {most} seats; send that in 'capacity'."


class PartyNotUsable(Malformed):
    """A registration is for so many people at least and at most."""

    sentence = "A registration is for 1 to {most_seats} people, you included; send that in 'seats'."


class PriceWithoutCurrency(Malformed):
    """A price has a currency, and what is free has none."""

    sentence = "Send 'price_minor' with 'currency', or neither for a gathering that is free."


class HoldNotUsable(Malformed):
    """Seats are kept for a payment for a while, not for ever."""

    sentence = "Seats can be kept {least} to {most} minutes for a payment; send that in 'hold_minutes'."


class ThresholdMalformed(Malformed):
    """The threshold is not an expression that can be evaluated."""

    sentence = "The threshold cannot be read. At {path}: {problem}."


class ReasonMissing(Malformed):
    """Those whom it concerns are told why."""

    sentence = "Say why in 'reason'; those whom it concerns read it."


class PositionNotUsable(Malformed):
    """The first place of a waitlist is 1."""

    sentence = "{waiting} wait, so a position is 1 to {waiting}."


class ThresholdNotMet(Conflicting):
    """The person does not meet what the gathering asks for; ``missing`` says exactly what is missing."""

    sentence = "What this gathering asks for is not met; still needed: {needed}."


class GatheringCancelled(Conflicting):
    """It does not take place."""

    sentence = "Gathering {gathering_id} was cancelled; nothing can be changed any more."


class GatheringBegun(Conflicting):
    """It is too late for this."""

    sentence = "Gathering {gathering_id} has begun; this was possible until {starts_at}."


class GatheringNotBegun(Conflicting):
    """It is too early for this."""

    sentence = "Gathering {gathering_id} begins at {starts_at}; come back then."


class DoorsClosed(Conflicting):
    """Tickets are checked shortly before the start, not weeks before."""

    sentence = "The doors of gathering {gathering_id} open {hours} hours before it begins; come back then."


class SeatsTaken(Conflicting):
    """A capacity below the seats that people have would put somebody out."""

    sentence = "{taken} seats are taken; the capacity cannot be below that, so end registrations first."


class CapacityUnlimited(Conflicting):
    """A gathering without a limit stays one: nobody knows how many seats there were."""

    sentence = "Gathering {gathering_id} was recorded without a number of seats, and has none to change."


class NoSeatsLeft(Conflicting):
    """So many seats are not free."""

    sentence = "{free} seats are free, and {seats} are needed; join the waitlist or come with fewer."


class WaitlistFull(Conflicting):
    """So many wait that waiting has no sense."""

    sentence = "{most} wait already, which is the most; look for another gathering, or try again later."


class AlreadyWaiting(Conflicting):
    """A registration waits once."""

    sentence = "Registration {registration_id} is on the waitlist already; there is nothing to do."


class NotWaiting(Conflicting):
    """The registration is not on the waitlist."""

    sentence = "Registration {registration_id} is not on the waitlist, or not any more; see its state."


class AlreadyRegistered(Conflicting):
    """A person has one registration for a gathering at a time."""

    sentence = "You have registration {registration_id} for this gathering; give it back before you register again."


class RegisteredTooOften(Conflicting):
    """Registering and giving back again and again is no way to keep a seat."""

    sentence = "You have registered for this gathering {most} times; ask its organiser."


class RegistrationOver(Conflicting):
    """The registration has ended."""

    sentence = "Registration {registration_id} has ended ({reason}); register again if seats are left."


class CheckedInAlready(Conflicting):
    """Who is inside cannot give the seat back."""

    sentence = "Registration {registration_id} was checked in; what was used cannot be given back."


class TicketNotGenuine(Malformed):
    """The code was not signed here."""

    sentence = "This is no ticket of this platform; scan the code again, or look the person up."


class TicketElsewhere(Conflicting):
    """A ticket of another gathering."""

    sentence = "This ticket is for another gathering; send the person there."


class TicketNotGood(Conflicting):
    """The ticket was genuine, and is not good now: given back, refunded, cancelled, or replaced by a later one."""

    sentence = "This ticket is not good: {reason}. Do not let the person in with it."


class AlreadyAtTheDoor(Conflicting):
    """The person may check tickets."""

    sentence = "Person {person_id} is at the door already; there is nothing to do."


class NotPutAtTheDoor(Conflicting):
    """The person may not check tickets."""

    sentence = "Person {person_id} was not put at the door; there is nothing to take back."
