/// Characters with their ASCII forms: Latin letters lose their accents, Cyrillic and Greek are
/// transliterated, full-width forms become narrow. Frozen in the source, so that names never
/// change with a toolchain's Unicode tables.
enum FoldTable {
  static func ascii(_ scalar: Unicode.Scalar) -> String? { table[scalar] }

  private static let table: [Unicode.Scalar: String] = {
    var table: [Unicode.Scalar: String] = [:]
    for row in rows.split(separator: "\n") {
      let columns = row.split(separator: " ", omittingEmptySubsequences: false)
      for scalar in columns[1].unicodeScalars { table[scalar] = String(columns[0]) }
    }
    return table
  }()

  /// An ASCII form, a blank, and the characters that fold to it.
  private static let rows = #"""
     ЪЬъь
    ! ！
    " ＂
    # ＃
    $ ＄
    % ％
    & ＆
    ' ＇
    ( （
    ) ）
    * ＊
    + ＋
    , ，
    - －
    . ．
    / ／
    0 ０
    1 １
    2 ２
    3 ３
    4 ４
    5 ５
    6 ６
    7 ７
    8 ８
    9 ９
    : ：
    ; ；
    < ＜
    = ＝
    > ＞
    ? ？
    @ ＠
    A ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦΆΑАḀẠẢẤẦẨẪẬẮẰẲẴẶἈἉἊἋἌἍἎἏᾈᾉᾊᾋᾌᾍᾎᾏᾸᾹᾺΆᾼＡ
    AE Æ
    B ƁБḂḄḆＢ
    C ÇĆĈĊČЋḈＣ
    Ch ΧЧ
    D ÐĎĐƊΔДḊḌḎḐḒＤ
    DZ ǄǱ
    Dj Ђ
    Dz ǅǲЅЏ
    E ÈÉÊËĒĔĖĘĚƏƐȄȆȨΈΕЀЕЭḔḖḘḚḜẸẺẼẾỀỂỄỆἘἙἚἛἜἝῈΈＥ
    F ΦФḞＦ
    G ĜĞĠĢƔǤǦǴΓГҐḠＧ
    Gj Ѓ
    H ĤĦȞḢḤḦḨḪＨ
    I ÌÍÎÏĨĪĬĮİƗǏȈȊΉΊΗΙΪІЍИḬḮỈỊἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿᾘᾙᾚᾛᾜᾝᾞᾟῊΉῌῘῙῚΊＩ
    IJ Ĳ
    J ĴЈＪ
    K ĶƘǨΚКḰḲḴＫ
    Kh Х
    Kj Ќ
    L ĹĻĽĿŁΛЛḶḸḺḼＬ
    LJ Ǉ
    Lj ǈЉ
    M ΜМḾṀṂＭ
    N ÑŃŅŇǸΝНṄṆṈṊＮ
    NJ Ǌ
    Ng Ŋ
    Nj ǋЊ
    O ÒÓÔÕÖØŌŎŐƆƟƠǑǪǬȌȎȪȬȮȰΌΏΟΩОṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢὈὉὊὋὌὍὨὩὪὫὬὭὮὯᾨᾩᾪᾫᾬᾭᾮᾯῸΌῺΏῼＯ
    OE Œ
    P ΠПṔṖＰ
    Ps Ψ
    Q Ｑ
    R ŔŖŘȐȒΡРṘṚṜṞῬＲ
    S ŚŜŞŠȘΣСṠṢṤṦṨＳ
    SS ẞ
    Sh Ш
    Shch Щ
    T ŢŤŦȚΤТṪṬṮṰＴ
    Th ÞΘ
    Ts Ц
    U ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖɄЎУṲṴṶṸṺỤỦỨỪỬỮỰＵ
    V ΒВṼṾＶ
    W ŴẀẂẄẆẈＷ
    X ΞẊẌＸ
    Y ÝŶŸƳȲΎΥΫЙЫẎỲỴỶỸὙὛὝὟῨῩῪΎＹ
    Ya Я
    Ye Є
    Yi Ї
    Yo Ё
    Yu Ю
    Z ŹŻŽƵΖЗẐẒẔＺ
    Zh Ж
    [ ［
    \ ＼
    ] ］
    ^ ＾
    _ ＿
    ` ｀
    a àáâãäåāăąǎǟǡǻȁȃȧάαаḁẚạảấầẩẫậắằẳẵặἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷａ
    ae æ
    b ɓбḃḅḇｂ
    c çćĉċčћḉｃ
    ch χч
    d ðďđɗδдḋḍḏḑḓｄ
    dj ђ
    dz ǆǳѕџ
    e èéêëēĕėęěǝȅȇȩəɛέεеэѐḕḗḙḛḝẹẻẽếềểễệἐἑἒἓἔἕὲέｅ
    f ƒφфḟｆ
    g ĝğġģǥǧǵɣγгґḡｇ
    gj ѓ
    h ĥħȟḣḥḧḩḫẖｈ
    i ìíîïĩīĭįıǐȉȋɨΐήίηιϊиіѝḭḯỉịἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὴήὶίᾐᾑᾒᾓᾔᾕᾖᾗιῂῃῄῆῇῐῑῒΐῖῗｉ
    ij ĳ
    j ĵǰјｊ
    k ķĸƙǩκкḱḳḵｋ
    kh х
    kj ќ
    l ĺļľŀłλлḷḹḻḽｌ
    lj ǉљ
    m μмḿṁṃｍ
    n ñńņňŉǹνнṅṇṉṋｎ
    ng ŋ
    nj ǌњ
    o òóôõöøōŏőơǒǫǭȍȏȫȭȯȱɔɵοωόώоṍṏṑṓọỏốồổỗộớờởỡợὀὁὂὃὄὅὠὡὢὣὤὥὦὧὸόὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷｏ
    oe œ
    p πпṕṗｐ
    ps ψ
    q ｑ
    r ŕŗřȑȓρрṙṛṝṟῤῥｒ
    s śŝşšſșςσсṡṣṥṧṩẛｓ
    sh ш
    shch щ
    ss ß
    t ţťŧțτтṫṭṯṱẗｔ
    th þθ
    ts ц
    u ùúûüũūŭůűųưǔǖǘǚǜȕȗʉуўṳṵṷṹṻụủứừửữựｕ
    v βвṽṿｖ
    w ŵẁẃẅẇẉẘｗ
    x ξẋẍｘ
    y ýÿŷƴȳΰυϋύйыẏẙỳỵỷỹὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧｙ
    ya я
    ye є
    yi ї
    yo ё
    yu ю
    z źżžƶζзẑẓẕｚ
    zh ж
    { ｛
    | ｜
    } ｝
    ~ ～
    """#
}
