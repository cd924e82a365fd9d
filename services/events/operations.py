"""The surface of events: one row an operation."""

from services.events.answers import commands as replies
from services.events.answers import things
from services.events.application import Gatherings
from services.events.calendars import MEDIA, calendar, group_calendar
from services.events.queries import GatheringQueries
from services.events.schemas import commands, questions, records
from services.kernel.doors.operation import OPERATOR, PUBLIC, SIGNED_IN, Operation, command, only, query, raw

ORGANISER = only("an owner or a leader of the group")
AT_DOOR = only("an owner or a leader of the group, or somebody they put at the door")
HOLDER = only("whoever registered")
READER = only("a member of the group, who organised it, or an operator")
WAITING = only("whoever is or was on the waitlist, or an owner or a leader of the group")

_organising: list[Operation] = [
    command("announce", "/gatherings", Gatherings.announce_gathering, policy=ORGANISER, status=201,
            takes=commands.Announce, gives=replies.GatheringAnswer, summary="Invite people to come."),
    query("gatherings", "/gatherings", GatheringQueries.gatherings, policy=PUBLIC, takes=questions.GatheringsAsked,
          gives=things.GatheringPage, summary="What takes place: of a group, with a tag, from a time on."),
    query("gathering", "/gatherings/{gathering_id}", GatheringQueries.gathering, policy=PUBLIC,
          gives=things.GatheringSeen, summary="One gathering, and the seats that are left."),
    command("move_gathering", "/gatherings/{gathering_id}/time", Gatherings.move_gathering, policy=ORGANISER,
            takes=commands.Times, gives=replies.GatheringAnswer, summary="Let it take place at another time."),
    command("change_venue", "/gatherings/{gathering_id}/venue", Gatherings.change_venue, policy=ORGANISER,
            takes=commands.ChangeVenue, gives=replies.GatheringAnswer, summary="Let it take place somewhere else."),
    command("change_capacity", "/gatherings/{gathering_id}/capacity", Gatherings.change_capacity, policy=ORGANISER,
            takes=commands.ChangeCapacity, gives=replies.GatheringAnswer,
            summary="Have more seats, which go to those who wait, or fewer that nobody has taken."),
    command("cancel_gathering", "/gatherings/{gathering_id}/cancel", Gatherings.cancel_gathering, policy=ORGANISER,
            takes=commands.Why, gives=replies.GatheringAnswer,
            summary="Call it off: every registration ends, and what was paid goes back."),
    command("name_door_staff", "/gatherings/{gathering_id}/door-staff", Gatherings.name_door_staff, policy=ORGANISER,
            takes=commands.DoorStaff, gives=replies.GatheringAnswer, summary="Let somebody check tickets."),
    command("release_door_staff", "/gatherings/{gathering_id}/door-staff/release", Gatherings.release_door_staff,
            policy=ORGANISER, takes=commands.DoorStaff, gives=replies.GatheringAnswer,
            summary="Let somebody check tickets no longer."),
    raw("calendar", "GET", "/gatherings/{gathering_id}/calendar", calendar, policy=PUBLIC, media=MEDIA,
        summary="One gathering as a calendar file (RFC 5545)."),
    raw("group_calendar", "GET", "/groups/{group_id}/calendar", group_calendar, policy=PUBLIC, media=MEDIA,
        summary="A group's gatherings as a calendar to subscribe to."),
]  # fmt: skip

_registering: list[Operation] = [
    command("register", "/gatherings/{gathering_id}/registrations", Gatherings.register, policy=SIGNED_IN, status=201,
            takes=commands.Register, gives=replies.Registered,
            summary="Come with guests: a ticket, seats that are kept until they are paid for, or a place to wait."),
    query("my_registrations", "/registrations", GatheringQueries.my_registrations, policy=SIGNED_IN,
          takes=questions.Paging, gives=things.RegistrationPage, summary="What you registered for."),
    query("registration", "/registrations/{registration_id}", GatheringQueries.registration, policy=HOLDER,
          gives=things.RegistrationSeen, summary="How a registration of yours stands."),
    command("give_back", "/registrations/{registration_id}/give-back", Gatherings.give_back, policy=HOLDER,
            gives=replies.RegistrationAnswer, summary="Do not come after all, until it begins."),
    query("ticket", "/registrations/{registration_id}/ticket", GatheringQueries.ticket, policy=HOLDER,
          gives=things.TicketSeen, summary="Your ticket with its code, to show at the door."),
    query("waitlist", "/gatherings/{gathering_id}/waitlist", GatheringQueries.waitlist, policy=WAITING,
          gives=things.WaitlistSeen, summary="Your place, and every step of the waitlist with its reason."),
    command("move_waiting", "/gatherings/{gathering_id}/waitlist/moves", Gatherings.move_waiting, policy=ORGANISER,
            takes=commands.MoveWaiting, gives=replies.RegistrationAnswer,
            summary="Put somebody who waits to another place, and say why to all who wait."),
]  # fmt: skip

_attending: list[Operation] = [
    query("keys", "/keys", GatheringQueries.keys, policy=PUBLIC, gives=things.Keys,
          summary="The public key that tickets are signed with, for doors that are offline."),
    query("door_list", "/gatherings/{gathering_id}/door-list", GatheringQueries.door_list, policy=AT_DOOR,
          takes=questions.DoorListAsked, gives=things.DoorList,
          summary="Which tickets are good, without names, and what has changed since."),
    command("check_in", "/gatherings/{gathering_id}/check-ins", Gatherings.check_in, policy=AT_DOOR,
            takes=commands.CheckIn, gives=replies.CheckInAnswer, summary="Let in who has a ticket, once."),
    command("merge_check_ins", "/gatherings/{gathering_id}/check-ins/merge", Gatherings.merge_check_ins, policy=AT_DOOR,
            takes=commands.MergeCheckIns, gives=replies.ScansMerged,
            summary="Hand in what a device admitted while it was offline."),
    query("attendees", "/gatherings/{gathering_id}/attendees", GatheringQueries.attendees, policy=ORGANISER,
          takes=questions.Paging, gives=things.AttendeePage, summary="Who registered, and who came."),
    query("attendance", "/gatherings/{gathering_id}/attendance", GatheringQueries.attendance, policy=PUBLIC,
          takes=questions.AttendanceAsked, gives=things.Attendance,
          summary="How many registered and came; never fewer than five."),
    query("attendance_of_group", "/groups/{group_id}/attendance", GatheringQueries.attendance_of_group, policy=PUBLIC,
          takes=questions.GroupAttendanceAsked, gives=things.AttendancePage,
          summary="How many registered and came, of each of a group's gatherings."),
    command("write_recap", "/gatherings/{gathering_id}/recap", Gatherings.write_recap, policy=ORGANISER,
            takes=commands.WriteRecap, gives=replies.GatheringAnswer, summary="Tell the group how it was."),
    query("recap", "/gatherings/{gathering_id}/recap", GatheringQueries.recap, policy=READER,
          gives=things.RecapSeen, summary="How it was, unless the group has taken it down."),
]  # fmt: skip

_recording: list[Operation] = [
    command("record_gathering", "/records/gatherings", Gatherings.record_gathering, policy=OPERATOR, records=True,
            status=201, takes=records.RecordGathering, gives=replies.GatheringAnswer,
            summary="Record a gathering of elsewhere."),
    command("record_registration", "/records/registrations", Gatherings.record_registration, policy=OPERATOR,
            records=True, status=201, takes=records.RecordRegistration, gives=replies.RegistrationRecorded,
            summary="Record what somebody answered elsewhere: yes with guests, or no."),
    query("gathering_figures", "/figures/gatherings", GatheringQueries.gathering_figures, policy=OPERATOR,
          takes=questions.Paging, gives=things.FiguresPage,
          summary="Of every gathering: the seats taken, and how many registrations have them or ended."),
]  # fmt: skip

operations: list[Operation] = [*_organising, *_registering, *_attending, *_recording]
