"""What a list's own messages say in English."""

from collections.abc import Mapping

from mailcore.directory.list_template import TemplateName
from maildecide.lists.notices.template import Template

_SIGNED = """
-- \n{list} <{address}>
{description}
"""

ENGLISH: Mapping[TemplateName, Template] = {
    "answer": Template(
        "[{list}] Your commands",
        """This is what became of your commands to the mailing list {list}:

{text}

The command help tells what commands there are; send it to {request}.
"""
        + _SIGNED,
    ),
    "help": Template(
        "[{list}] Help",
        """These commands are known to the mailing list {list}. Send them to {request},
each on a line of its own, in the text of a message, or one in its subject.

For everybody
  * help                    this text
  * subscribe [your name]   become a member
  * unsubscribe             be a member no more
  * confirm CODE            confirm what you were asked about

For members
  * off                     get no posts for a while
  * on                      get posts again, each when it comes
  * digest [mime | plain]   get posts together from time to time
  * chaddr NEW-ADDRESS      be a member at another address
  * summary [FROM-TO]       the subjects of posts, by their numbers
  * get NUMBER ...          posts once more, such as get 3 7-9 last

For moderators
  * approve CODE            let pass what waits
  * reject CODE [reason]    refuse it, and say why
  * discard CODE            drop it, and tell nobody

For owners
  * password PASSWORD       whoever knows it gives the commands below it as an owner
  * members [TEXT]          who is on the list
  * add ADDRESS ...         make somebody a member
  * remove ADDRESS ...      make somebody a member no more
  * invite ADDRESS ...      ask somebody to become a member

The word end alone on a line ends the commands. The owner is at {owner}.
"""
        + _SIGNED,
    ),
    "welcome": Template(
        "[{list}] Welcome",
        """Welcome to the mailing list {list}.

{member} is a member now. Posts to the list go to {address}.

To leave, send the word unsubscribe to {request}; the word help
tells what else there is. The owner of the list is at {owner}.
"""
        + _SIGNED,
    ),
    "goodbye": Template(
        "[{list}] Goodbye",
        """{member} is no longer a member of the mailing list {list}.

If that was not what you wanted, write to {owner}.
"""
        + _SIGNED,
    ),
    "confirm_subscribe": Template(
        "[{list}] confirm {token}",
        """Somebody, you yourself we hope, wants {member} to become a member of the
mailing list {list}.

If you want that, answer this message without changing its subject, or follow
this link:

    {link}

If you do not, do nothing: nobody becomes a member who has not answered. You
have {days} days.
"""
        + _SIGNED,
    ),
    "confirm_unsubscribe": Template(
        "[{list}] confirm {token}",
        """Somebody, you yourself we hope, wants {member} to leave the mailing list
{list}.

If you want that, answer this message without changing its subject, or follow
this link:

    {link}

If you do not, do nothing, and all stays as it is. You have {days} days.
"""
        + _SIGNED,
    ),
    "confirm_address": Template(
        "[{list}] confirm {token}",
        """Somebody, you yourself we hope, wants the member {member} of the mailing
list {list} to get its posts at {new} from now on.

That becomes true when both addresses have agreed. If you want it, answer this
message without changing its subject, or follow this link:

    {link}

If you do not, do nothing, and all stays as it is. You have {days} days.
"""
        + _SIGNED,
    ),
    "invitation": Template(
        "[{list}] You are invited - confirm {token}",
        """{member} is invited to become a member of the mailing list {list}.

{text}

If you want that, answer this message without changing its subject, or follow
this link:

    {link}

If you do not, do nothing, and you will not hear of us again. You have {days} days.
Questions are answered by {owner}.
"""
        + _SIGNED,
    ),
    "join_request": Template(
        "[{list}] {member} wants to become a member",
        """{member} asks to become a member of the mailing list {list}.

{text}

To agree:   {approve}
To refuse:  {reject}

Or answer this message with one line. To agree, that is  approve {token}
and to refuse it is  reject {token}  and then, if you like, the reason.
You have {days} days.
"""
        + _SIGNED,
    ),
    "leave_request": Template(
        "[{list}] {member} wants to leave",
        """{member} asks to leave the mailing list {list}.

To agree:   {approve}
To refuse:  {reject}

Or answer this message with one line. To agree, that is  approve {token}
and to refuse it is  reject {token}  and then, if you like, the reason.
You have {days} days.
"""
        + _SIGNED,
    ),
    "request_refused": Template(
        "[{list}] Your request was refused",
        """What was asked for {member} at the mailing list {list} was refused by its owner.

{reason}

Questions are answered by {owner}.
"""
        + _SIGNED,
    ),
    "joined": Template(
        "[{list}] {member} has joined",
        """{member} has become a member of the mailing list {list}.
"""
        + _SIGNED,
    ),
    "left": Template(
        "[{list}] {member} has left",
        """{member} is no longer a member of the mailing list {list}.
"""
        + _SIGNED,
    ),
    "held": Template(
        "[{list}] A post waits: {subject}",
        """A post to the mailing list {list} waits for a moderator. It is attached.

From:     {poster}
Subject:  {subject}
Size:     {size} octets
Why:      {reason}

{text}

To send it out:             {approve}
To refuse it:               {reject}
To drop it, telling nobody: {discard}

Or answer this message with one line. To send it out, that is  approve {token}
and to refuse it  reject {token}  and then the reason, which its author is told.
To drop it, that is  discard {token}
One moderator's answer is enough; you have {days} days.
"""
        + _SIGNED,
    ),
    "held_many": Template(
        "[{list}] Posts wait: {count}",
        """Posts to the mailing list {list} wait for a moderator: {count}. There were
too many today for a message about each of them. These came last:

{text}

To decide, answer with a line for each post: the word approve, reject or discard
and then the number above it; after reject, a reason, which its author is told.
That counts where it is known to be you who writes (DMARC), or below a line with
the list's password.
"""
        + _SIGNED,
    ),
    "probe": Template(
        "[{list}] Does your address work?",
        """Posts of the mailing list {list} to {member} have come back
several times lately. This message finds out whether they still do.

That you read it shows that your address works: there is nothing to do. If it
comes back too, no more posts are sent there until you ask for them again with
the word on, sent to {request}.

What was said last:
{reason}
"""
        + _SIGNED,
    ),
    "suspended": Template(
        "[{list}] No more posts to {member}",
        """Posts of the mailing list {list} to {member} came back, and so did
a message that was to find out whether the address works. No more posts are
sent there. What was said last:

{reason}

{member} is still a member, and gets posts again by sending the word on to
{request}.
"""
        + _SIGNED,
    ),
    "waiting": Template(
        "[{list}] Your post waits for a moderator: {subject}",
        """Your post "{subject}" to the mailing list {list}
waits until a moderator has looked at it.

Why: {reason}

You need do nothing. If it is refused, you may be told why. Questions are
answered by {owner}.
"""
        + _SIGNED,
    ),
    "rejected": Template(
        "[{list}] Your post was refused: {subject}",
        """Your post "{subject}" to the mailing list {list}
was refused by a moderator.

{reason}

Questions are answered by {owner}.
"""
        + _SIGNED,
    ),
}
