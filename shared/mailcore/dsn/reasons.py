"""What enhanced status codes mean, in words for people (RFC 3463): by subject and detail, else by subject. Pure."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "1": "There is something wrong with the address",
    "1.1": "There is no such mailbox",
    "1.2": "The domain of the address does not exist, or takes no mail",
    "1.3": "The address is not written as an address is",
    "1.10": "The domain of the address takes no mail",
    "2": "There is something wrong with the mailbox",
    "2.1": "The mailbox is not in use",
    "2.2": "The mailbox is full",
    "2.3": "The message is larger than the mailbox takes",
    "3": "There is something wrong with a mail system",
    "3.4": "The message is too large",
    "4": "The message cannot get to the other server",
    "4.1": "The other server does not answer",
    "4.2": "There is no connection with the other server",
    "4.3": "The domain of the address cannot be looked up now",
    "4.4": "There is no way to the domain of the address",
    "4.6": "The message would go in circles",
    "4.7": "The time for trying is over",
    "5": "The servers do not understand each other",
    "5.3": "There are too many recipients",
    "6": "What is in the message cannot be taken there",
    "6.7": "Addresses like these cannot be used there",
    "7": "It is not allowed there",
}
JAPANESE: Mapping[str, str] = {
    "1": "宛先のアドレスに問題があります",
    "1.1": "宛先のメールボックスが存在しません",
    "1.2": "宛先のドメインが存在しないか、メールを受け取りません",
    "1.3": "宛先のアドレスの形式が正しくありません",
    "1.10": "宛先のドメインはメールを受け取りません",
    "2": "宛先のメールボックスに問題があります",
    "2.1": "宛先のメールボックスは使われていません",
    "2.2": "宛先のメールボックスがいっぱいです",
    "2.3": "メールが大きすぎて宛先のメールボックスに入りません",
    "3": "メールシステムに問題があります",
    "3.4": "メールが大きすぎます",
    "4": "相手のサーバーにメールを届けられません",
    "4.1": "相手のサーバーが応答しません",
    "4.2": "相手のサーバーと通信できません",
    "4.3": "宛先のドメインを現在調べられません",
    "4.4": "宛先のドメインへの経路がありません",
    "4.6": "メールの転送が循環しています",
    "4.7": "配送の期限が過ぎました",
    "5": "相手のサーバーとのやり取りに失敗しました",
    "5.3": "宛先の数が多すぎます",
    "6": "メールの内容を配送先で受け取れません",
    "6.7": "このようなアドレスは配送先で使えません",
    "7": "配送先で許可されていません",
}


def reason_of(status: str, reasons: Mapping[str, str]) -> str:
    """Give what a status means; empty where it says nothing (`X.0.0`), or what nobody knows."""
    subject_and_detail = status.partition(".")[2]
    return reasons.get(subject_and_detail) or reasons.get(subject_and_detail.partition(".")[0], "")
