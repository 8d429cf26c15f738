"""Passwords people choose first, of those that are long enough to be taken at all."""

COMMON = frozenset(
    """
1234567890 12345678910 123456789012 0123456789 9876543210 0987654321 1234554321 123123123123
1122334455 1029384756 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc q1w2e3r4t5 q1w2e3r4t5y6
qwertyuiop qwertyuiop[] qwerty12345 qwerty123456 qwerty1234567 qwerty1234567890 12345qwerty
123456qwerty 1234567qwerty qwe123qwe123 qweasdzxc123 qazwsxedcr qazwsxedcrfv zaq12wsxcde3
asdfghjkl; asdfghjkl1 zxcvbnm123 zxcvbnm,./ 123qweasdzxc password12 password123 password1234
password12345 password1! p@ssw0rd123 passw0rd123 passwordpassword iloveyou12 iloveyou123 welcome123
welcome1234 letmein123 letmein1234 admin12345 admin123456 administrator administrator1 root123456
superman123 sunshine12 princess123 football123 baseball123 monkey12345 dragon12345 master12345
shadow12345 michael123 jennifer12 charlie123 changeme123 default123 computer123 internet123
samsung123 google12345 trustno1trustno1 abc1234567 abcd123456 abcdefghij aa12345678 a123456789
йцукенгшщз йцукенгшщзхъ йцукен12345 йцукен123456 12345йцукен фывапролдж фывапролджэ ячсмитьбю.
пароль1234 пароль12345 пароль123456 парольпароль мойпароль1 учитель123 учительница школа12345
марафон123 марафон2026 любовь1234 наташа1234 солнышко123 россия12345 москва12345 иркутск123
gfhjkm1234 gfhjkm12345 yfnfif1234 k.,jdm1234 ghbdtnghbdtn ghbdtn12345 vfhbyf1234 cjkysirj12
""".split()  # noqa: SIM905  (words read better than literals)
)
