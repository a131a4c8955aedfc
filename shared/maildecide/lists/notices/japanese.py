"""What a list's own messages say in Japanese."""

from collections.abc import Mapping

from mailcore.directory.list_template import TemplateName
from maildecide.lists.notices.template import Template

_SIGNED = """
-- \n{list} <{address}>
{description}
"""

JAPANESE: Mapping[TemplateName, Template] = {
    "answer": Template(
        "[{list}] コマンドの結果",
        """メーリングリスト {list} へのコマンドの結果は次のとおりです。

{text}

使えるコマンドは、help と書いたメールを {request} へ送るとわかります。
"""
        + _SIGNED,
    ),
    "help": Template(
        "[{list}] 使い方",
        """メーリングリスト {list} では次のコマンドが使えます。{request} あてに、
メールの本文に 1 行に 1 つずつ書くか、件名に 1 つだけ書いて送ってください。

どなたでも
  * help                    この説明
  * subscribe [お名前]      参加する
  * unsubscribe             退会する
  * confirm 番号            お尋ねしたことを確認する

会員
  * off                     投稿の配送を止める
  * on                      投稿の配送を再開する (1 通ずつ)
  * digest [mime | plain]   投稿をまとめて受け取る
  * chaddr 新しいアドレス   登録アドレスを変える
  * summary [始め-終わり]   投稿の件名の一覧
  * get 番号 ...            過去の投稿を取り寄せる (get 3 7-9 last など)

司会者
  * approve 番号            保留中のものを承認する
  * reject 番号 [理由]      理由を伝えて却下する
  * discard 番号            何も伝えずに破棄する

管理者
  * password パスワード     これより下の行を管理者のコマンドとして扱う
  * members [文字列]        会員の一覧
  * add アドレス ...        会員を加える
  * remove アドレス ...     会員を外す
  * invite アドレス ...     参加を勧める

本文に end だけの行があると、そこで終わります。管理者の連絡先は {owner} です。
"""
        + _SIGNED,
    ),
    "welcome": Template(
        "[{list}] ようこそ",
        """メーリングリスト {list} へようこそ。

{member} が登録されました。投稿は {address} あてに送ってください。

退会するときは unsubscribe、使い方を知りたいときは help と書いたメールを
{request} へ送ってください。管理者の連絡先は {owner} です。
"""
        + _SIGNED,
    ),
    "goodbye": Template(
        "[{list}] 退会しました",
        """{member} はメーリングリスト {list} を退会しました。

お心当たりがない場合は {owner} までご連絡ください。
"""
        + _SIGNED,
    ),
    "confirm_subscribe": Template(
        "[{list}] 参加の確認 confirm {token}",
        """メーリングリスト {list} に {member} を登録する申し込みがありました。

参加するには、件名を変えずにこのメールに返信するか、次のリンクを
開いてください。

    {link}

お心当たりがない場合は、何もなさらなくてけっこうです。返信がないかぎり
登録されることはありません。期限は {days} 日です。
"""
        + _SIGNED,
    ),
    "confirm_unsubscribe": Template(
        "[{list}] 退会の確認 confirm {token}",
        """メーリングリスト {list} から {member} が退会する申し込みがありました。

退会するには、件名を変えずにこのメールに返信するか、次のリンクを
開いてください。

    {link}

お心当たりがない場合は、何もなさらなくてけっこうです。返信がないかぎり
登録は変わりません。期限は {days} 日です。
"""
        + _SIGNED,
    ),
    "confirm_address": Template(
        "[{list}] アドレス変更の確認 confirm {token}",
        """メーリングリスト {list} の会員 {member} の登録アドレスを
{new} に変える申し込みがありました。

新旧両方のアドレスで確認がとれると変更されます。変更するには、件名を変えずに
このメールに返信するか、次のリンクを開いてください。

    {link}

お心当たりがない場合は、何もなさらなくてけっこうです。返信がないかぎり
登録は変わりません。期限は {days} 日です。
"""
        + _SIGNED,
    ),
    "invitation": Template(
        "[{list}] 参加のお誘い confirm {token}",
        """{member} へ、メーリングリスト {list} への参加のお誘いです。

{text}

参加するには、件名を変えずにこのメールに返信するか、次のリンクを
開いてください。

    {link}

参加なさらない場合は、何もなさらなくてけっこうです。期限は {days} 日です。
お問い合わせは {owner} までお願いします。
"""
        + _SIGNED,
    ),
    "join_request": Template(
        "[{list}] 参加の申し込み: {member}",
        """{member} がメーリングリスト {list} への参加を申し込んでいます。

{text}

承認する: {approve}
却下する: {reject}

または、このメールに次のどちらかを 1 行書いて返信してください。
承認するときは  approve {token}
却下するときは  reject {token}  (続けて理由を書けます)
期限は {days} 日です。
"""
        + _SIGNED,
    ),
    "leave_request": Template(
        "[{list}] 退会の申し込み: {member}",
        """{member} がメーリングリスト {list} からの退会を申し込んでいます。

承認する: {approve}
却下する: {reject}

または、このメールに次のどちらかを 1 行書いて返信してください。
承認するときは  approve {token}
却下するときは  reject {token}  (続けて理由を書けます)
期限は {days} 日です。
"""
        + _SIGNED,
    ),
    "request_refused": Template(
        "[{list}] 申し込みは承認されませんでした",
        """メーリングリスト {list} での {member} に関する申し込みは、管理者に承認されませんでした。

{reason}

お問い合わせは {owner} までお願いします。
"""
        + _SIGNED,
    ),
    "joined": Template(
        "[{list}] 参加: {member}",
        """{member} がメーリングリスト {list} に参加しました。
"""
        + _SIGNED,
    ),
    "left": Template(
        "[{list}] 退会: {member}",
        """{member} がメーリングリスト {list} を退会しました。
"""
        + _SIGNED,
    ),
    "held": Template(
        "[{list}] 投稿が承認を待っています: {subject}",
        """メーリングリスト {list} への投稿が承認を待っています。投稿を添付します。

差出人:  {poster}
件名:    {subject}
大きさ:  {size} オクテット
理由:    {reason}

{text}

承認して配送する:     {approve}
理由を伝えて却下する: {reject}
何も伝えずに破棄する: {discard}

または、このメールに次のどれかを 1 行書いて返信してください。
承認するときは  approve {token}
却下するときは  reject {token}  (続けて書いた理由が投稿者に伝わります)
破棄するときは  discard {token}
司会者のうち 1 人の返信で決まります。期限は {days} 日です。
"""
        + _SIGNED,
    ),
    "held_many": Template(
        "[{list}] 承認待ちの投稿: {count} 件",
        """メーリングリスト {list} への投稿が {count} 件、承認を待っています。本日は
数が多いため、1 件ごとのお知らせを控えています。新しいものから順に次のとおりです。

{text}

投稿ごとに 1 行ずつ、approve (承認)、reject (却下)、discard (破棄) のどれかと、
それぞれの上にある番号を書いて返信してください。reject では、続けて書いた理由が
投稿者に伝わります。ご本人からのメールと確認できるとき (DMARC) か、リストの
パスワードを書いた行より下にあるときに有効です。
"""
        + _SIGNED,
    ),
    "probe": Template(
        "[{list}] アドレスの確認",
        """メーリングリスト {list} から {member} への配送が、最近何度か
エラーになっています。これは、今も届かないかどうかを確かめるためのメールです。

これをお読みになれているのであれば、何もなさらなくてけっこうです。このメールも
届かなかった場合は、配送を止めます。そのときは {request} へ on と
書いたメールを送ると、配送が再開されます。

最後のエラー:
{reason}
"""
        + _SIGNED,
    ),
    "suspended": Template(
        "[{list}] 配送停止: {member}",
        """メーリングリスト {list} から {member} への配送がエラーになり、
確認のメールも届きませんでした。このアドレスへの配送を止めました。
最後のエラー:

{reason}

登録は残っています。{request} へ on と書いたメールを送ると、
配送が再開されます。
"""
        + _SIGNED,
    ),
    "waiting": Template(
        "[{list}] 投稿は承認待ちです: {subject}",
        """メーリングリスト {list} への投稿「{subject}」は、司会者の承認を待っています。

理由: {reason}

何もなさる必要はありません。お問い合わせは {owner} までお願いします。
"""
        + _SIGNED,
    ),
    "rejected": Template(
        "[{list}] 投稿は承認されませんでした: {subject}",
        """メーリングリスト {list} への投稿「{subject}」は、司会者に承認されませんでした。

{reason}

お問い合わせは {owner} までお願いします。
"""
        + _SIGNED,
    ),
}
