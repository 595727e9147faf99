"""
Every sheet of the workbook, described once.

The reader, the writer, the blank template and ``docs/workbook.md`` come from these descriptions. Headings and choices
are part of the file format, so all their languages stand here, in the order of ``LANGUAGES`` (en, az, hy, ru).
"""

from __future__ import annotations

from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, KitLine, Lot, Production
from karavan.domain.places import Place, PlaceKind
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import STRAIGHT_JOINT, Road, RoadStatus
from karavan.domain.rules import Level, Rules, Segregation
from karavan.domain.situation import Operation
from karavan.domain.units import DAY_S, HOUR_S, KG_G, KM_M, M3_CM3, M_MM, TONNE_G
from karavan.workbook.columns import Column, Sheet
from karavan.workbook.folding import fold
from karavan.workbook.kinds import (
    Choice,
    Code,
    Degrees,
    Duration,
    Many,
    Moment,
    Points,
    Ref,
    Scaled,
    Text,
    TimeZone,
    WeekHours,
    Words,
    YesNo,
)

HORIZON_MAX_S = 31 * DAY_S
LONG_TEXT = 4_000
MASS_MAX_G = 10_000_000 * KG_G
SIZE_MAX_MM = 100 * M_MM
DISTANCE_MAX_M = 20_000 * KM_M

PLACE_KINDS: tuple[tuple[PlaceKind, Words], ...] = (
    (PlaceKind.WAREHOUSE, ("warehouse", "anbar", "պահեստ", "склад")),
    (PlaceKind.BAKERY, ("bakery", "çörək zavodu", "հացի փուռ", "пекарня")),
    (PlaceKind.DELIVERY_POINT, ("delivery point", "paylama məntəqəsi", "բաշխման կետ", "пункт выдачи")),
    (
        PlaceKind.TRANSSHIPMENT_POINT,
        ("transshipment point", "yükaşırma məntəqəsi", "վերաբեռնման կետ", "пункт перегрузки"),
    ),
    (PlaceKind.CHECKPOINT, ("checkpoint", "yoxlama məntəqəsi", "անցակետ", "пропускной пункт")),
    (PlaceKind.JUNCTION, ("junction", "yolayrıcı", "խաչմերուկ", "развилка")),
)
ROAD_STATUSES: tuple[tuple[RoadStatus, Words], ...] = (
    (RoadStatus.OPEN, ("open", "açıq", "բաց", "открыта")),
    (RoadStatus.RESTRICTED, ("restricted", "məhdud", "սահմանափակ", "ограничена")),
    (RoadStatus.CLOSED, ("closed", "bağlı", "փակ", "закрыта")),
    (RoadStatus.UNKNOWN, ("unknown", "naməlum", "անհայտ", "неизвестно")),
)
APPROVALS: tuple[tuple[Approval, Words], ...] = (
    (Approval.DRAFT, ("draft", "qaralama", "սևագիր", "черновик")),
    (Approval.SUBMITTED, ("submitted", "təqdim edilib", "ներկայացված", "подана")),
    (Approval.APPROVED, ("approved", "təsdiqlənib", "հաստատված", "утверждена")),
    (Approval.REJECTED, ("rejected", "rədd edilib", "մերժված", "отклонена")),
    (Approval.SENT_BACK, ("sent back", "geri qaytarılıb", "վերադարձված", "возвращена")),
)
LEVELS: tuple[tuple[Level, Words], ...] = (
    (Level.FREE, ("free", "sərbəst", "ազատ", "без ограничений")),
    (Level.COMPARTMENT, ("separate compartment", "ayrı bölmə", "առանձին խցիկ", "отдельный отсек")),
    (Level.VEHICLE, ("separate vehicle", "ayrı nəqliyyat vasitəsi", "առանձին մեքենա", "отдельная машина")),
)

COUNT = Scaled()
AT_LEAST_ONE = Scaled(least=1)

OPERATION = Sheet(
    key="operation",
    words=("Operation", "Əməliyyat", "Գործողություն", "Операция"),
    help=(
        "One setting per row: its name, its value. Settings left empty or left out take their default.",
        "Hər sətirdə bir parametr: adı və dəyəri. Boş buraxılan parametrlər susmaya görə dəyərini alır.",
        "Յուրաքանչյուր տողում մեկ կարգավորում՝ անունը և արժեքը։ Դատարկ թողնվածները ստանում են լռելյայն արժեքը։",
        "По одной настройке в строке: название и значение. Пустые настройки принимают значение по умолчанию.",
    ),
    records=(Operation, Rules),
    listed=True,
    columns=(
        Column(
            field="name",
            kind=Text(),
            words=("name of the operation", "əməliyyatın adı", "գործողության անվանումը", "название операции"),
            help=(
                "Stands on every paper.",
                "Bütün sənədlərdə göstərilir.",
                "Նշվում է բոլոր փաստաթղթերում։",
                "Указывается на всех документах.",
            ),
            required=True,
            example="Winter relief",
        ),
        Column(
            field="start",
            kind=Moment(),
            words=("start", "başlanğıc", "սկիզբ", "начало"),
            help=(
                "Local date and time; nothing is planned before it.",
                "Yerli tarix və saat; bundan əvvələ heç nə planlaşdırılmır.",
                "Տեղական ամսաթիվ և ժամ․ դրանից առաջ ոչինչ չի պլանավորվում։",
                "Местные дата и время; раньше ничего не планируется.",
            ),
            required=True,
            example="2023-09-22 06:00",
        ),
        Column(
            field="time_zone",
            kind=TimeZone(),
            words=("time zone", "saat qurşağı", "ժամային գոտի", "часовой пояс"),
            help=(
                "IANA name of the local clock; all dates and hours in the workbook are by it.",
                "Yerli vaxtın IANA adı; cədvəldəki bütün tarix və saatlar ona görədir.",
                "Տեղական ժամի IANA անվանումը․ աղյուսակի բոլոր ամսաթվերն ու ժամերը դրանով են։",
                "Название местного времени по IANA; все даты и часы в таблице указаны по нему.",
            ),
            required=True,
            example="Asia/Baku",
        ),
        Column(
            field="horizon_s",
            kind=Duration(least_s=HOUR_S, most_s=HORIZON_MAX_S),
            unit="h",
            words=("horizon", "planlaşdırma müddəti", "պլանավորման ժամկետ", "горизонт планирования"),
            help=(
                "How long the plan is for, from the start: 1 hour to 31 days (744 h). Vehicles are home by its end.",
                "Planın başlanğıcdan müddəti: 1 saatdan 31 günədək (744 saat). Sonda nəqliyyat geri qayıtmış olur.",
                "Պլանի տևողությունը սկզբից՝ 1 ժամից մինչև 31 օր (744 ժ)։ Վերջում մեքենաները վերադարձած են։",
                "Срок плана от начала: от 1 часа до 31 суток (744 ч). К его концу машины вернулись.",
            ),
            required=True,
            example="48",
        ),
        Column(
            field="notes",
            kind=Text(LONG_TEXT, lines=True),
            words=("notes", "qeydlər", "նշումներ", "примечания"),
            help=(
                "Sources and assumptions; shown with the plan.",
                "Mənbələr və fərziyyələr; planla birlikdə göstərilir.",
                "Աղբյուրներ և ենթադրություններ․ ցուցադրվում են պլանի հետ։",
                "Источники и допущения; показываются вместе с планом.",
            ),
        ),
        Column(
            field="convoy_min",
            kind=Scaled(least=1, most=1000),
            words=("smallest convoy", "ən kiçik karvan", "ամենափոքր շարասյուն", "наименьшая колонна"),
            help=(
                "Fewest vehicles that may move on a convoy-only road.",
                "Yalnız karvanla hərəkət edilən yolda ən az maşın.",
                "Միայն շարասյունով անցանելի ճանապարհին մեքենաների նվազագույն թիվը։",
                "Наименьшее число машин на дороге, где движутся только колонной.",
            ),
        ),
        Column(
            field="convoy_max",
            kind=Scaled(least=1, most=1000),
            words=("largest convoy", "ən böyük karvan", "ամենամեծ շարասյուն", "наибольшая колонна"),
            help=(
                "Most vehicles in one convoy.",
                "Bir karvanda ən çox maşın.",
                "Մեկ շարասյունում մեքենաների առավելագույն թիվը։",
                "Наибольшее число машин в колонне.",
            ),
        ),
        Column(
            field="leader_above",
            kind=Scaled(most=1000),
            words=("leader above", "rəhbər tələb olunan say", "ղեկավար պահանջող թիվ", "старший при числе машин свыше"),
            help=(
                "A convoy of more vehicles than this has a leader.",
                "Nəqliyyat vasitələri bundan çox olan karvanın rəhbəri olur.",
                "Սրանից շատ մեքենա ունեցող շարասյունն ունենում է ղեկավար։",
                "Колонну из большего числа машин ведёт старший.",
            ),
        ),
        Column(
            field="notified_at",
            kind=Moment(),
            words=("notified at", "bildiriş vaxtı", "ծանուցման ժամանակ", "время уведомления"),
            help=(
                "When the movement was notified to those concerned; empty: no notification counts.",
                "Hərəkət barədə bildirişin verildiyi vaxt; boşdursa, bildiriş nəzərə alınmır.",
                "Երբ է ծանուցվել տեղաշարժի մասին․ դատարկ՝ ծանուցումը հաշվի չի առնվում։",
                "Когда подано уведомление о движении; пусто: уведомление не учитывается.",
            ),
            example="2023-09-21 18:00",
        ),
        Column(
            field="notification_lead_s",
            kind=Duration(),
            unit="h",
            words=("notification lead time", "bildirişin müddəti", "ծանուցման ժամկետ", "срок уведомления"),
            help=(
                "No convoy leaves before the notification plus this time.",
                "Bildirişdən bu qədər vaxt keçməmiş heç bir karvan yola düşmür.",
                "Ծանուցումից այսքան ժամանակ չանցած շարասյուն չի մեկնում։",
                "Колонна не выходит раньше, чем через это время после уведомления.",
            ),
        ),
        Column(
            field="convoy_slot_s",
            kind=Duration(60, least_s=60, most_s=DAY_S),
            unit="min",
            words=(
                "convoy departures every",
                "karvanların yola düşmə aralığı",
                "շարասյուների մեկնման միջակայք",
                "интервал выхода колонн",
            ),
            help=(
                "Convoys leave at whole multiples of this after the start.",
                "Karvanlar başlanğıcdan sonra bu aralıqlarla yola düşür.",
                "Շարասյուները մեկնում են սկզբից հետո այս միջակայքով։",
                "Колонны выходят через такие промежутки после начала.",
            ),
        ),
        Column(
            field="dark_hours",
            kind=WeekHours(),
            words=("dark hours", "qaranlıq saatlar", "մութ ժամեր", "тёмное время"),
            help=(
                "Hours in which roads with a night rule are not driven.",
                "Gecə qaydası olan yollarla hərəkət edilməyən saatlar.",
                "Ժամեր, երբ գիշերային արգելքով ճանապարհներով չեն երթևեկում։",
                "Часы, когда по дорогам с ночным запретом не ездят.",
            ),
        ),
        Column(
            field="break_after_s",
            kind=Duration(least_s=600, most_s=DAY_S),
            unit="h",
            words=(
                "break after driving",
                "fasiləsiz sürmə həddi",
                "անընդմեջ վարման սահման",
                "непрерывное вождение не более",
            ),
            help=(
                "After so much driving the crew stands still for the break.",
                "Bu qədər sürdükdən sonra heyət fasilə verir.",
                "Այսքան վարելուց հետո անձնակազմն ընդմիջում է։",
                "После такого времени за рулём экипаж делает перерыв.",
            ),
        ),
        Column(
            field="break_s",
            kind=Duration(60, most_s=DAY_S),
            unit="min",
            words=("break", "fasilə", "ընդմիջում", "перерыв"),
            help=(
                "Length of the break.",
                "Fasilənin müddəti.",
                "Ընդմիջման տևողությունը։",
                "Длительность перерыва.",
            ),
        ),
        Column(
            field="rest_s",
            kind=Duration(most_s=DAY_S),
            unit="h",
            words=("daily rest", "gündəlik istirahət", "օրական հանգիստ", "ежедневный отдых"),
            help=(
                "Between the last work of a vehicle's day and the first of its next.",
                "Günün son işi ilə növbəti günün ilk işi arasında.",
                "Օրվա վերջին և հաջորդ օրվա առաջին աշխատանքի միջև։",
                "Между последней работой дня и первой работой следующего.",
            ),
        ),
        Column(
            field="cleaning_s",
            kind=Duration(60, most_s=DAY_S),
            unit="min",
            words=("cleaning time", "təmizləmə vaxtı", "մաքրման ժամանակ", "время очистки"),
            help=(
                "Cleaning a vehicle between loads that must not meet.",
                "Bir araya düşməməli yüklər arasında nəqliyyatın təmizlənməsi.",
                "Մեքենայի մաքրումը այն բեռների միջև, որոնք չպետք է հանդիպեն։",
                "Очистка машины между грузами, которые нельзя везти вместе.",
            ),
        ),
        Column(
            field="unknown_roads_usable",
            kind=YesNo(),
            words=(
                "roads of unknown status may be used",
                "vəziyyəti naməlum yollardan istifadə olunur",
                "անհայտ վիճակի ճանապարհներն օգտագործվում են",
                "дороги с неизвестным состоянием используются",
            ),
            help=(
                "yes: they are planned on as if open; no: as if closed.",
                "bəli: açıq kimi planlaşdırılır; xeyr: bağlı kimi.",
                "այո՝ պլանավորվում են որպես բաց, ոչ՝ որպես փակ։",
                "да: планируются как открытые; нет: как закрытые.",
            ),
        ),
        Column(
            field="detour_permille",
            kind=Scaled(1000, least=1000, most=10_000),
            words=(
                "detour factor of straight lines",
                "düz xəttin uzanma əmsalı",
                "ուղիղ գծի երկարացման գործակից",
                "коэффициент извилистости",
            ),
            help=(
                "Only without roads: length = straight line x this factor.",
                "Yalnız yollar olmadıqda: uzunluq = düz xətt x bu əmsal.",
                "Միայն առանց ճանապարհների․ երկարություն = ուղիղ գիծ x այս գործակիցը։",
                "Только без дорог: длина = прямая x этот коэффициент.",
            ),
        ),
        Column(
            field="straight_speed_m_per_h",
            kind=Scaled(KM_M, least=1000, most=200 * KM_M),
            unit="km/h",
            words=("speed on straight lines", "düz xətt üzrə sürət", "արագություն ուղիղ գծով", "скорость по прямой"),
            help=(
                "Only without roads.",
                "Yalnız yollar olmadıqda.",
                "Միայն առանց ճանապարհների։",
                "Только без дорог.",
            ),
        ),
        Column(
            field="priority_weights",
            kind=Many(Scaled(most=1_000_000)),
            words=("priority weights", "prioritet çəkiləri", "առաջնահերթության կշիռներ", "веса приоритетов"),
            help=(
                "What an hour of waiting weighs at priority 1, 2, 3 ...",
                "1, 2, 3 ... prioritetlərində bir saat gözləmənin çəkisi.",
                "Մեկ ժամ սպասման կշիռը 1, 2, 3 ... առաջնահերթությամբ։",
                "Вес часа ожидания при приоритете 1, 2, 3 ...",
            ),
        ),
        Column(
            field="change_person_h",
            kind=COUNT,
            words=(
                "gain that is worth a change [person-hours]",
                "dəyişikliyə dəyən fayda [adam-saat]",
                "փոփոխության արժանի օգուտ [մարդ-ժամ]",
                "порог выигрыша для изменения плана [чел.-ч]",
            ),
            help=(
                "What replanning must gain to move one more line to another vehicle or by half an hour or more.",
                "Yenidən planlaşdırmada bir sətri başqa nəqliyyata və ya yarım saatdan çox köçürməyə dəyən fayda.",
                "Ինչքան պետք է շահի վերապլանավորումը, որպեսզի ևս մեկ տող տեղափոխվի այլ մեքենա կամ կես ժամ և ավելի։",
                "Какой выигрыш нужен, чтобы перенести ещё одну строку на другую машину или на полчаса и больше.",
            ),
        ),
        Column(
            field="handling_g_per_h",
            kind=Scaled(TONNE_G, least=1000),
            unit="t/h",
            words=("loading and unloading", "yükləmə və boşaltma", "բեռնում և բեռնաթափում", "погрузка и разгрузка"),
            help=(
                "Mass handled in an hour where a place says nothing.",
                "Yer üzrə göstərilmədikdə bir saatda yüklənən kütlə.",
                "Մեկ ժամում մշակվող զանգվածը, եթե վայրի համար նշված չէ։",
                "Масса, обрабатываемая за час, если для места не указано иное.",
            ),
        ),
        Column(
            field="check_in_s",
            kind=Duration(60, least_s=60, most_s=DAY_S),
            unit="min",
            words=("check-in every", "əlaqə aralığı", "կապի միջակայք", "выход на связь каждые"),
            help=(
                "How often a convoy reports.",
                "Karvanın nə qədər vaxtdan bir məlumat verdiyi.",
                "Ինչ հաճախությամբ է շարասյունը կապ հաստատում։",
                "Как часто колонна выходит на связь.",
            ),
        ),
        Column(
            field="security_contact",
            kind=Text(),
            words=(
                "security contact",
                "təhlükəsizlik üzrə əlaqə",
                "անվտանգության պատասխանատու",
                "контакт по безопасности",
            ),
            help=(
                "Somebody off the convoy, with a phone number.",
                "Karvandan kənarda olan şəxs, telefon nömrəsi ilə.",
                "Շարասյունից դուրս գտնվող անձ՝ հեռախոսահամարով։",
                "Человек вне колонны, с номером телефона.",
            ),
        ),
        Column(
            field="blocked_instructions",
            kind=Text(LONG_TEXT, lines=True),
            words=(
                "what to do when blocked",
                "yol bağlandıqda nə etməli",
                "ինչ անել արգելափակման դեպքում",
                "что делать при остановке",
            ),
            help=(
                "Agreed beforehand; stands on the convoy sheet.",
                "Əvvəlcədən razılaşdırılır; karvan vərəqində göstərilir.",
                "Համաձայնեցվում է նախապես․ նշվում է շարասյան թերթիկում։",
                "Согласовано заранее; указывается в листе колонны.",
            ),
        ),
        Column(
            field="currency",
            kind=Text(20),
            words=("currency", "valyuta", "արժույթ", "валюта"),
            help=(
                "Of all costs.",
                "Bütün xərclərin valyutası.",
                "Բոլոր ծախսերի համար։",
                "Для всех затрат.",
            ),
        ),
    ),
)

PLACES = Sheet(
    key="places",
    words=("Places", "Yerlər", "Վայրեր", "Места"),
    help=(
        "Where goods lie, are baked, change vehicles or are handed over, and where roads meet. "
        "Names in as many languages as are used: one column name [xx] for each, xx being the language tag.",
        "Malların saxlandığı, bişirildiyi, yükaşırıldığı, verildiyi və yolların kəsişdiyi yerlər. "
        "Adlar istifadə olunan bütün dillərdə: hər dil üçün ad [xx] sütunu, xx dil kodudur.",
        "Որտեղ ապրանքը պահվում, թխվում, վերաբեռնվում կամ հանձնվում է, և որտեղ ճանապարհները հատվում են։ "
        "Անվանումները՝ օգտագործվող բոլոր լեզուներով, յուրաքանչյուրի համար անվանում [xx] սյունակ, xx-ը լեզվի կոդն է։",
        "Где товары хранятся, выпекаются, перегружаются, выдаются и где сходятся дороги. "
        "Названия на всех нужных языках: для каждого столбец название [xx], где xx — код языка.",
    ),
    records=(Place,),
    named=True,
    columns=(
        Column(
            field="code",
            kind=Code(without=f";{STRAIGHT_JOINT}"),
            words=("code", "kod", "կոդ", "код"),
            help=(
                "Short and unique; the other sheets refer to it.",
                "Qısa və təkrarsız; digər vərəqlər ona istinad edir.",
                "Կարճ և եզակի․ մյուս թերթերը հղվում են դրան։",
                "Короткий и единственный; на него ссылаются другие листы.",
            ),
            required=True,
            example="WH1",
        ),
        Column(
            field="kind",
            kind=Choice(PLACE_KINDS),
            words=("kind", "növ", "տեսակ", "вид"),
            help=(
                "What the place is for.",
                "Yerin təyinatı.",
                "Վայրի նշանակությունը։",
                "Назначение места.",
            ),
            required=True,
            example="warehouse",
        ),
        Column(
            field="latitude_deg",
            kind=Degrees(90),
            unit="deg",
            words=("latitude", "enlik", "լայնություն", "широта"),
            help=(
                "Decimal degrees, south negative. Needed where there is no Roads sheet.",
                "Onluq dərəcə, cənub mənfi. Yollar vərəqi olmadıqda mütləqdir.",
                "Տասնորդական աստիճան, հարավը՝ բացասական։ Պարտադիր է, եթե ճանապարհների թերթ չկա։",
                "Десятичные градусы, юг со знаком минус. Нужна, если нет листа дорог.",
            ),
            example="40.05",
        ),
        Column(
            field="longitude_deg",
            kind=Degrees(180),
            unit="deg",
            words=("longitude", "uzunluq", "երկայնություն", "долгота"),
            help=(
                "Decimal degrees, west negative.",
                "Onluq dərəcə, qərb mənfi.",
                "Տասնորդական աստիճան, արևմուտքը՝ բացասական։",
                "Десятичные градусы, запад со знаком минус.",
            ),
            example="46.92",
        ),
        Column(
            field="pcode",
            kind=Text(60),
            words=("P-code", "P-kod", "P-կոդ", "P-код"),
            help=(
                "The place's code in the shared geographical registers, if it has one.",
                "Yerin ümumi coğrafi reyestrlərdəki kodu, varsa.",
                "Վայրի կոդը ընդհանուր աշխարհագրական ռեգիստրներում, եթե կա։",
                "Код места в общих географических реестрах, если есть.",
            ),
        ),
        Column(
            field="population",
            kind=COUNT,
            words=("population", "əhali", "բնակչություն", "население"),
            help=(
                "People who live there now.",
                "Hazırda orada yaşayanların sayı.",
                "Այժմ այնտեղ ապրող մարդկանց թիվը։",
                "Сколько людей живёт там сейчас.",
            ),
        ),
        Column(
            field="opening",
            kind=WeekHours(),
            words=("opening hours", "iş saatları", "աշխատանքային ժամեր", "часы работы"),
            help=(
                "When goods are handled, such as Mo-Fr 08:00-17:00; Sa 08:00-12:00. Empty: always (24/7).",
                "Yüklərin qəbul saatları, məsələn Mo-Fr 08:00-17:00; Sa 08:00-12:00. Boş: həmişə (24/7).",
                "Երբ են բեռները մշակվում, օրինակ՝ Mo-Fr 08:00-17:00; Sa 08:00-12:00։ Դատարկ՝ միշտ (24/7)։",
                "Когда обрабатывают грузы, например Mo-Fr 08:00-17:00; Sa 08:00-12:00. Пусто: всегда (24/7).",
            ),
            example="08:00-20:00",
        ),
        Column(
            field="handling_g_per_h",
            kind=Scaled(TONNE_G, least=1000),
            unit="t/h",
            words=("loading and unloading", "yükləmə və boşaltma", "բեռնում և բեռնաթափում", "погрузка и разгрузка"),
            help=(
                "Mass loaded or unloaded in an hour; empty: the operation's.",
                "Bir saatda yüklənən və ya boşaldılan kütlə; boş: əməliyyatın dəyəri.",
                "Մեկ ժամում բեռնվող կամ բեռնաթափվող զանգվածը․ դատարկ՝ գործողության արժեքը։",
                "Масса, погружаемая или разгружаемая за час; пусто: как для операции.",
            ),
            example="10",
        ),
        Column(
            field="handling_fixed_s",
            kind=Duration(60, most_s=DAY_S),
            unit="min",
            words=(
                "fixed time per stop",
                "hər dayanacaqda sabit vaxt",
                "հաստատուն ժամանակ կանգառին",
                "постоянное время на остановку",
            ),
            help=(
                "Papers, manoeuvring: taken by each loading or unloading besides.",
                "Sənədlər, manevr: hər yükləmə və boşaltmaya əlavə olunur.",
                "Փաստաթղթեր, մանևր․ ավելանում է յուրաքանչյուր բեռնմանն ու բեռնաթափմանը։",
                "Документы, манёвры: добавляется к каждой погрузке и разгрузке.",
            ),
            example="15",
        ),
        Column(
            field="largest_gross_mass_g",
            kind=Scaled(TONNE_G, most=MASS_MAX_G),
            unit="t",
            words=(
                "gross mass of the largest vehicle",
                "ən böyük nəqliyyatın tam kütləsi",
                "ամենամեծ մեքենայի լրիվ զանգվածը",
                "полная масса наибольшей машины",
            ),
            help=(
                "The heaviest vehicle that may stop here; empty: no limit.",
                "Burada dayana bilən ən ağır nəqliyyat; boş: hədd yoxdur.",
                "Ամենածանր մեքենան, որը կարող է կանգնել այստեղ․ դատարկ՝ առանց սահմանի։",
                "Самая тяжёлая машина, которая может здесь остановиться; пусто: без ограничения.",
            ),
        ),
        Column(
            field="zones",
            kind=Many(Code(), unordered=True),
            words=("zones", "zonalar", "գոտիներ", "зоны"),
            help=(
                "Zones the place lies in, separated by ;. A transshipment point lies in two. Empty: open to every "
                "vehicle.",
                "Yerin aid olduğu zonalar, ; ilə ayrılır. Yükaşırma məntəqəsi iki zonadadır. Boş: hər nəqliyyata "
                "açıqdır.",
                "Գոտիներ, որոնցում գտնվում է վայրը, բաժանված ;-ով։ Վերաբեռնման կետը երկու գոտում է։ Դատարկ՝ բաց է "
                "բոլորին։",
                "Зоны, где лежит место, через ;. Пункт перегрузки лежит в двух. Пусто: открыто для всех машин.",
            ),
        ),
        Column(
            field="contact",
            kind=Text(),
            words=("contact", "əlaqə", "կապ", "контакт"),
            help=(
                "Who receives there, with a phone number.",
                "Orada qəbul edən şəxs, telefon nömrəsi ilə.",
                "Ով է ընդունում այնտեղ՝ հեռախոսահամարով։",
                "Кто принимает на месте, с номером телефона.",
            ),
        ),
    ),
)

ROADS = Sheet(
    key="roads",
    words=("Roads", "Yollar", "Ճանապարհներ", "Дороги"),
    help=(
        "Roads between places. Without any, straight lines between the coordinates are planned on, and the plan "
        "says so.",
        "Yerlər arasındakı yollar. Heç biri yoxdursa, koordinatlar arasında düz xətlə planlaşdırılır və plan bunu "
        "bildirir.",
        "Վայրերի միջև ճանապարհները։ Եթե չկան, պլանավորվում է կոորդինատների միջև ուղիղ գծով, և պլանը դա նշում է։",
        "Дороги между местами. Если их нет, план строится по прямым между координатами и сообщает об этом.",
    ),
    records=(Road,),
    required=False,
    columns=(
        Column(
            field="code",
            kind=Code(),
            words=("code", "kod", "կոդ", "код"),
            help=(
                "Unique; empty: made from the two places.",
                "Təkrarsız; boş: iki yerin kodundan düzəlir.",
                "Եզակի․ դատարկ՝ կազմվում է երկու վայրերից։",
                "Единственный; пусто: составляется из двух мест.",
            ),
            example="R1",
        ),
        Column(
            field="origin",
            kind=Ref(sheets=("places",)),
            words=("from", "haradan", "որտեղից", "откуда"),
            help=("A place's code.", "Yerin kodu.", "Վայրի կոդը։", "Код места."),
            required=True,
            example="WH1",
        ),
        Column(
            field="destination",
            kind=Ref(sheets=("places",)),
            words=("to", "haraya", "ուր", "куда"),
            help=("A place's code.", "Yerin kodu.", "Վայրի կոդը։", "Код места."),
            required=True,
            example="V1",
        ),
        Column(
            field="distance_m",
            kind=Scaled(KM_M, most=DISTANCE_MAX_M),
            unit="km",
            words=("distance", "məsafə", "հեռավորություն", "расстояние"),
            help=("Length of the road.", "Yolun uzunluğu.", "Ճանապարհի երկարությունը։", "Длина дороги."),
            required=True,
            example="26.5",
        ),
        Column(
            field="speed_m_per_h",
            kind=Scaled(KM_M, least=100, most=200 * KM_M),
            unit="km/h",
            words=("speed", "sürət", "արագություն", "скорость"),
            help=(
                "Of a convoy on this road now; either this or the driving time.",
                "Karvanın bu yolda indiki sürəti; ya bu, ya da yol vaxtı yazılır.",
                "Շարասյան արագությունն այժմ այս ճանապարհին․ կա՛մ սա, կա՛մ վարման ժամանակը։",
                "Скорость колонны на этой дороге сейчас; указывается она или время в пути.",
            ),
            example="40",
        ),
        Column(
            field="drive_s",
            kind=Duration(60, least_s=1, most_s=HORIZON_MAX_S),
            unit="min",
            words=("driving time", "yol vaxtı", "վարման ժամանակ", "время в пути"),
            help=(
                "Instead of the speed: minutes, or h:mm:ss.",
                "Sürətin əvəzinə: dəqiqə və ya s:dd:ss.",
                "Արագության փոխարեն՝ րոպե կամ ժ:րր:վվ։",
                "Вместо скорости: минуты или ч:мм:сс.",
            ),
        ),
        Column(
            field="one_way",
            kind=YesNo(),
            words=("one way", "birtərəfli", "միակողմանի", "одностороннее движение"),
            help=(
                "yes: only in the direction from - to.",
                "bəli: yalnız haradan - haraya istiqamətində.",
                "այո՝ միայն «որտեղից – ուր» ուղղությամբ։",
                "да: только в направлении откуда – куда.",
            ),
        ),
        Column(
            field="max_gross_mass_g",
            kind=Scaled(TONNE_G, most=MASS_MAX_G),
            unit="t",
            words=("largest gross mass", "ən böyük tam kütlə", "ամենամեծ լրիվ զանգված", "наибольшая полная масса"),
            help=(
                "Of one vehicle: weak bridges. Empty: no limit.",
                "Bir nəqliyyat üçün: zəif körpülər. Boş: hədd yoxdur.",
                "Մեկ մեքենայի՝ թույլ կամուրջներ։ Դատարկ՝ առանց սահմանի։",
                "Одной машины: слабые мосты. Пусто: без ограничения.",
            ),
            example="20",
        ),
        Column(
            field="max_height_mm",
            kind=Scaled(M_MM, most=SIZE_MAX_MM),
            unit="m",
            words=("largest height", "ən böyük hündürlük", "ամենամեծ բարձրություն", "наибольшая высота"),
            help=("Empty: no limit.", "Boş: hədd yoxdur.", "Դատարկ՝ առանց սահմանի։", "Пусто: без ограничения."),
        ),
        Column(
            field="max_width_mm",
            kind=Scaled(M_MM, most=SIZE_MAX_MM),
            unit="m",
            words=("largest width", "ən böyük en", "ամենամեծ լայնություն", "наибольшая ширина"),
            help=("Empty: no limit.", "Boş: hədd yoxdur.", "Դատարկ՝ առանց սահմանի։", "Пусто: без ограничения."),
        ),
        Column(
            field="status",
            kind=Choice(ROAD_STATUSES),
            words=("status", "vəziyyət", "վիճակ", "состояние"),
            help=(
                "open; restricted: may be used within its limits, gate hours and convoy rule; closed; unknown. "
                "Empty: open.",
                "açıq; məhdud: hədləri, keçid saatları və karvan qaydası ilə; bağlı; naməlum. Boş: açıq.",
                "բաց․ սահմանափակ՝ իր սահմաններով, անցման ժամերով և շարասյան կանոնով․ փակ․ անհայտ։ Դատարկ՝ բաց։",
                "открыта; ограничена: в её пределах, часах проезда и правиле колонны; закрыта; неизвестно. Пусто: "
                "открыта.",
            ),
            example="open",
        ),
        Column(
            field="status_from",
            kind=Moment(),
            words=("status from", "vəziyyət bu vaxtdan", "վիճակը սկսած", "состояние с"),
            help=(
                "From when; empty: from before the start. Outside the two dates a closed road is open, an open "
                "one closed.",
                "Nə vaxtdan; boş: başlanğıcdan əvvəldən. Bu iki vaxtdan kənarda bağlı yol açıq, açıq yol bağlıdır.",
                "Երբվանից․ դատարկ՝ սկզբից առաջ։ Երկու ժամկետներից դուրս փակ ճանապարհը բաց է, բացը՝ փակ։",
                "С какого времени; пусто: ещё до начала. Вне двух дат закрытая дорога открыта, открытая закрыта.",
            ),
        ),
        Column(
            field="status_until",
            kind=Moment(),
            words=("status until", "vəziyyət bu vaxtadək", "վիճակը մինչև", "состояние до"),
            help=(
                "Until when; empty: no end is known.",
                "Nə vaxtadək; boş: sonu məlum deyil.",
                "Մինչև երբ․ դատարկ՝ վերջը հայտնի չէ։",
                "До какого времени; пусто: конец неизвестен.",
            ),
        ),
        Column(
            field="status_source",
            kind=Text(),
            words=("source of the status", "vəziyyətin mənbəyi", "վիճակի աղբյուրը", "источник сведений"),
            help=("Who says so, and when.", "Kim və nə vaxt bildirib.", "Ով և երբ է հայտնել։", "Кто и когда сообщил."),
            example="road service, 21 September",
        ),
        Column(
            field="gate",
            kind=WeekHours(),
            words=("gate hours", "keçid saatları", "անցման ժամեր", "часы проезда"),
            help=(
                "The whole drive lies within these hours. Empty: no gate.",
                "Bütün hərəkət bu saatlar daxilində olur. Boş: məhdudiyyət yoxdur.",
                "Ամբողջ երթը պետք է լինի այս ժամերի ընթացքում։ Դատարկ՝ առանց սահմանափակման։",
                "Вся поездка укладывается в эти часы. Пусто: без ограничения.",
            ),
        ),
        Column(
            field="convoy_only",
            kind=YesNo(),
            words=("convoy only", "yalnız karvanla", "միայն շարասյունով", "только колонной"),
            help=(
                "yes: vehicles move here only together.",
                "bəli: nəqliyyat burada yalnız birlikdə hərəkət edir.",
                "այո՝ մեքենաներն այստեղ շարժվում են միայն միասին։",
                "да: машины движутся здесь только вместе.",
            ),
        ),
        Column(
            field="night_allowed",
            kind=YesNo(),
            words=("night driving", "gecə hərəkəti", "գիշերային երթևեկություն", "движение ночью"),
            help=(
                "no: not driven in the operation's dark hours. Empty: yes.",
                "xeyr: əməliyyatın qaranlıq saatlarında hərəkət edilmir. Boş: bəli.",
                "ոչ՝ գործողության մութ ժամերին չեն երթևեկում։ Դատարկ՝ այո։",
                "нет: в тёмное время операции не ездят. Пусто: да.",
            ),
            example="yes",
        ),
        Column(
            field="geometry_deg",
            kind=Points(),
            words=("line on the map", "xəritədə xətt", "գիծը քարտեզի վրա", "линия на карте"),
            help=(
                "Latitude longitude; latitude longitude; ... Empty: a straight line.",
                "Enlik uzunluq; enlik uzunluq; ... Boş: düz xətt.",
                "Լայնություն երկայնություն; լայնություն երկայնություն; ... Դատարկ՝ ուղիղ գիծ։",
                "Широта долгота; широта долгота; ... Пусто: прямая.",
            ),
        ),
    ),
)

ITEMS = Sheet(
    key="items",
    words=("Items", "Mallar", "Ապրանքներ", "Товары"),
    help=(
        "Kinds of goods, counted in whole units. Names as on the Places sheet: name [xx].",
        "Tam vahidlərlə sayılan mal növləri. Adlar Yerlər vərəqindəki kimi: ad [xx].",
        "Ապրանքատեսակներ՝ հաշվվող ամբողջ միավորներով։ Անվանումները՝ ինչպես Վայրեր թերթում՝ անվանում [xx]։",
        "Виды товаров, считаемые целыми единицами. Названия как на листе мест: название [xx].",
    ),
    records=(Item,),
    named=True,
    columns=(
        Column(
            field="code",
            kind=Code(),
            words=("code", "kod", "կոդ", "код"),
            help=(
                "Short and unique; the other sheets refer to it.",
                "Qısa və təkrarsız; digər vərəqlər ona istinad edir.",
                "Կարճ և եզակի․ մյուս թերթերը հղվում են դրան։",
                "Короткий и единственный; на него ссылаются другие листы.",
            ),
            required=True,
            example="FLOUR",
        ),
        Column(
            field="item_class",
            kind=Code(60),
            words=("class", "sinif", "դաս", "класс"),
            help=(
                "Your own word: food, bread, hygiene, fuel ... The Segregation sheet keeps classes apart.",
                "Öz sözünüz: ərzaq, çörək, gigiyena, yanacaq ... Ayırma vərəqi sinifləri bir-birindən ayırır.",
                "Ձեր բառը՝ սնունդ, հաց, հիգիենա, վառելիք ... Տարանջատում թերթը դասերն իրարից առանձնացնում է։",
                "Ваше слово: еда, хлеб, гигиена, топливо ... Лист разделения держит классы порознь.",
            ),
            required=True,
            example="food",
        ),
        Column(
            field="unit",
            kind=Text(60),
            words=("unit", "vahid", "միավոր", "единица"),
            help=(
                "What a quantity counts: kg, piece, litre, loaf.",
                "Miqdar nəyi sayır: kq, ədəd, litr, ədəd çörək.",
                "Ինչն է հաշվվում՝ կգ, հատ, լիտր, հաց։",
                "Что считается: кг, штука, литр, буханка.",
            ),
            required=True,
            example="kg",
        ),
        Column(
            field="handling_unit",
            kind=Text(60),
            words=("handling unit", "qablaşdırma vahidi", "բեռնային միավոր", "грузовое место"),
            help=(
                "Sack, carton, crate it travels in.",
                "Daşındığı kisə, qutu, yeşik.",
                "Պարկ, տուփ, արկղ, որով փոխադրվում է։",
                "Мешок, коробка, ящик, в котором перевозится.",
            ),
            example="sack",
        ),
        Column(
            field="handling_unit_quantity",
            kind=Scaled(least=1, most=1_000_000),
            words=(
                "units in a handling unit",
                "qablaşdırmada vahid sayı",
                "միավորներ բեռնային միավորում",
                "единиц в грузовом месте",
            ),
            help=("Empty: 1.", "Boş: 1.", "Դատարկ՝ 1։", "Пусто: 1."),
            example="50",
        ),
        Column(
            field="breakable",
            kind=YesNo(),
            words=("may be opened", "açıla bilər", "կարող է բացվել", "можно вскрывать"),
            help=(
                "yes: a handling unit may be opened to deliver part of it.",
                "bəli: bir hissəsini vermək üçün qablaşdırma açıla bilər.",
                "այո՝ բեռնային միավորը կարող է բացվել մասամբ հանձնելու համար։",
                "да: грузовое место можно вскрыть, чтобы выдать часть.",
            ),
            example="no",
        ),
        Column(
            field="mass_g",
            kind=Scaled(KG_G, most=MASS_MAX_G),
            unit="kg",
            words=(
                "gross mass of a unit",
                "vahidin brutto kütləsi",
                "միավորի համախառն զանգվածը",
                "масса брутто единицы",
            ),
            help=("With packaging.", "Qablaşdırma ilə.", "Փաթեթավորմամբ։", "С упаковкой."),
            required=True,
            example="1.01",
        ),
        Column(
            field="volume_cm3",
            kind=Scaled(M3_CM3, most=10_000 * M3_CM3),
            unit="m3",
            words=("gross volume of a unit", "vahidin brutto həcmi", "միավորի համախառն ծավալը", "объём брутто единицы"),
            help=("With packaging.", "Qablaşdırma ilə.", "Փաթեթավորմամբ։", "С упаковкой."),
            required=True,
            example="0.0018",
        ),
        Column(
            field="shelf_life_s",
            kind=Duration(),
            unit="h",
            words=("shelf life", "saxlanma müddəti", "պիտանելիության ժամկետ", "срок годности"),
            help=(
                "From the oven, or from when a lot without expiry is available. Empty: keeps.",
                "Sobadan çıxandan və ya tarixsiz partiya hazır olandan. Boş: müddətsiz.",
                "Փռից հանելուց կամ առանց ժամկետի խմբաքանակի հասանելի դառնալուց։ Դատարկ՝ անժամկետ։",
                "От выпечки или с появления партии без срока. Пусто: хранится без срока.",
            ),
        ),
        Column(
            field="remaining_life_s",
            kind=Duration(),
            unit="h",
            words=("life that must remain", "qalmalı olan müddət", "մնացորդային ժամկետ", "остаточный срок"),
            help=(
                "Least life left at hand-over. Empty: 0.",
                "Təhvil verilərkən ən az qalan müddət. Boş: 0.",
                "Հանձնելիս մնացող նվազագույն ժամկետը։ Դատարկ՝ 0։",
                "Наименьший остаток срока при передаче. Пусто: 0.",
            ),
        ),
        Column(
            field="closed_body",
            kind=YesNo(),
            words=("closed body needed", "qapalı kuzov tələb olunur", "փակ թափք է պետք", "нужен закрытый кузов"),
            help=(
                "yes: travels only in a closed body.",
                "bəli: yalnız qapalı kuzovda daşınır.",
                "այո՝ փոխադրվում է միայն փակ թափքով։",
                "да: перевозится только в закрытом кузове.",
            ),
            example="no",
        ),
    ),
)

KITS = Sheet(
    key="kits",
    words=("Kits", "Dəstlər", "Հավաքածուներ", "Комплекты"),
    help=(
        "A kit is a set of items under a code of its own; one row for each item in it. Requests may ask for kits.",
        "Dəst öz kodu olan mallar toplusudur; içindəki hər mal üçün bir sətir. Sorğuda dəst istənilə bilər.",
        "Հավաքածուն սեփական կոդով ապրանքների խումբ է, ամեն ապրանքի համար՝ մեկ տող։ Հայտով կարելի է հավաքածու խնդրել։",
        "Комплект — набор товаров под своим кодом; по строке на каждый товар. Заявка может просить комплекты.",
    ),
    records=(KitLine,),
    required=False,
    columns=(
        Column(
            field="kit",
            kind=Code(),
            words=("kit", "dəst", "հավաքածու", "комплект"),
            help=(
                "The kit's code; not the code of an item.",
                "Dəstin kodu; malın kodu ilə eyni olmamalıdır.",
                "Հավաքածուի կոդը․ ոչ ապրանքի կոդ։",
                "Код комплекта; не код товара.",
            ),
            required=True,
            example="HYGIENE-KIT",
        ),
        Column(
            field="item",
            kind=Ref(sheets=("items",)),
            words=("item", "mal", "ապրանք", "товар"),
            help=("An item's code.", "Malın kodu.", "Ապրանքի կոդը։", "Код товара."),
            required=True,
            example="SOAP",
        ),
        Column(
            field="quantity",
            kind=AT_LEAST_ONE,
            words=("quantity", "miqdar", "քանակ", "количество"),
            help=(
                "Units of the item in one kit.",
                "Bir dəstdə malın vahid sayı.",
                "Ապրանքի միավորները մեկ հավաքածուում։",
                "Единиц товара в одном комплекте.",
            ),
            required=True,
            example="5",
        ),
    ),
)

STOCK = Sheet(
    key="stock",
    words=("Stock", "Ehtiyat", "Պաշար", "Запасы"),
    help=(
        "What lies where, lot by lot.",
        "Harada nə var, partiya-partiya.",
        "Ինչն որտեղ է՝ ըստ խմբաքանակների։",
        "Что где лежит, по партиям.",
    ),
    records=(Lot,),
    columns=(
        Column(
            field="place",
            kind=Ref(sheets=("places",)),
            words=("place", "yer", "վայր", "место"),
            help=("A place's code.", "Yerin kodu.", "Վայրի կոդը։", "Код места."),
            required=True,
            example="WH1",
        ),
        Column(
            field="item",
            kind=Ref(sheets=("items",)),
            words=("item", "mal", "ապրանք", "товар"),
            help=("An item's code.", "Malın kodu.", "Ապրանքի կոդը։", "Код товара."),
            required=True,
            example="FLOUR",
        ),
        Column(
            field="code",
            kind=Code(),
            words=("lot", "partiya", "խմբաքանակ", "партия"),
            help=(
                "The batch's mark; unique for the place and item. Empty: one lot without a mark.",
                "Partiyanın nişanı; yer və mal üzrə təkrarsız. Boş: nişansız bir partiya.",
                "Խմբաքանակի նշանը․ եզակի՝ ըստ վայրի և ապրանքի։ Դատարկ՝ առանց նշանի մեկ խմբաքանակ։",
                "Знак партии; единственный для места и товара. Пусто: одна партия без знака.",
            ),
            example="L-2309",
        ),
        Column(
            field="quantity",
            kind=COUNT,
            words=("quantity", "miqdar", "քանակ", "количество"),
            help=("Units there.", "Oradakı vahidlər.", "Այնտեղ եղած միավորները։", "Единиц на месте."),
            required=True,
            example="40000",
        ),
        Column(
            field="expiry",
            kind=Moment(),
            words=("expiry", "son istifadə vaxtı", "պիտանի է մինչև", "годен до"),
            help=(
                "Handed over before this moment; a date alone is its first minute. Empty: from the item's shelf life.",
                "Bu vaxtadək təhvil verilir; yalnız tarix onun ilk dəqiqəsidir. Boş: malın saxlanma müddətindən.",
                "Հանձնվում է մինչև այս պահը․ միայն ամսաթիվը նշանակում է դրա առաջին րոպեն։ Դատարկ՝ ըստ ապրանքի ժամկետի։",
                "Передать до этого времени; одна дата — её первая минута. Пусто: по сроку годности товара.",
            ),
            example="2024-03-01",
        ),
        Column(
            field="available_from",
            kind=Moment(),
            words=("available from", "mövcuddur", "հասանելի է սկսած", "доступно с"),
            help=(
                "Loaded not before; empty: from the start.",
                "Bundan əvvəl yüklənmir; boş: başlanğıcdan.",
                "Դրանից առաջ չի բեռնվում․ դատարկ՝ սկզբից։",
                "Раньше не грузится; пусто: с начала.",
            ),
        ),
        Column(
            field="reserved",
            kind=COUNT,
            words=("reserved", "ayrılmış", "պահուստավորված", "зарезервировано"),
            help=(
                "Of the quantity, units kept for others. Empty: 0.",
                "Miqdardan başqaları üçün saxlanılan. Boş: 0.",
                "Քանակից՝ ուրիշների համար պահված։ Դատարկ՝ 0։",
                "Из количества отложено для других. Пусто: 0.",
            ),
        ),
    ),
)

PRODUCTION = Sheet(
    key="production",
    words=("Production", "İstehsal", "Արտադրություն", "Производство"),
    help=(
        "What bakeries make while the plan runs.",
        "Plan müddətində çörək zavodlarının istehsalı.",
        "Ինչ են թխում փռերը պլանի ընթացքում։",
        "Что выпекают пекарни за время плана.",
    ),
    records=(Production,),
    required=False,
    columns=(
        Column(
            field="bakery",
            kind=Ref(sheets=("places",)),
            words=("bakery", "çörək zavodu", "փուռ", "пекарня"),
            help=("A place's code.", "Yerin kodu.", "Վայրի կոդը։", "Код места."),
            required=True,
            example="BAK1",
        ),
        Column(
            field="item",
            kind=Ref(sheets=("items",)),
            words=("item", "mal", "ապրանք", "товар"),
            help=("An item's code.", "Malın kodu.", "Ապրանքի կոդը։", "Код товара."),
            required=True,
            example="BREAD",
        ),
        Column(
            field="units_per_h",
            kind=COUNT,
            words=("units per hour", "saatda vahid", "միավոր ժամում", "единиц в час"),
            help=("Output.", "Məhsuldarlıq.", "Արտադրողականությունը։", "Выпуск."),
            required=True,
            example="600",
        ),
        Column(
            field="hours",
            kind=WeekHours(),
            words=("hours", "saatlar", "ժամեր", "часы"),
            help=(
                "When it bakes, such as 02:00-10:00.",
                "Nə vaxt bişirir, məsələn 02:00-10:00.",
                "Երբ է թխում, օրինակ՝ 02:00-10:00։",
                "Когда печёт, например 02:00-10:00.",
            ),
            required=True,
            example="02:00-10:00",
        ),
        Column(
            field="flour_item",
            kind=Ref(sheets=("items",)),
            words=("flour", "un", "ալյուր", "мука"),
            help=(
                "The item used up, from the bakery's own stock. Empty: flour is no limit.",
                "Zavodun öz ehtiyatından sərf olunan mal. Boş: un məhdudlaşdırmır.",
                "Ծախսվող ապրանքը՝ փռի սեփական պաշարից։ Դատարկ՝ ալյուրը չի սահմանափակում։",
                "Расходуемый товар из запаса пекарни. Пусто: мука не ограничивает.",
            ),
            example="FLOUR",
        ),
        Column(
            field="flour_g_per_unit",
            kind=Scaled(most=1_000_000),
            unit="g",
            words=("flour per unit", "vahidə un sərfi", "ալյուր մեկ միավորին", "муки на единицу"),
            help=(
                "Used up for one unit.",
                "Bir vahidə sərf olunan.",
                "Ծախսվում է մեկ միավորի համար։",
                "Расход на одну единицу.",
            ),
            example="370",
        ),
    ),
)

VEHICLES = Sheet(
    key="vehicles",
    words=("Vehicles", "Nəqliyyat", "Մեքենաներ", "Транспорт"),
    help=(
        "Vehicles with their crews.",
        "Nəqliyyat vasitələri və heyətləri.",
        "Մեքենաներն իրենց անձնակազմերով։",
        "Машины с экипажами.",
    ),
    records=(Vehicle,),
    columns=(
        Column(
            field="plate",
            kind=Code(60),
            words=("plate", "nömrə nişanı", "համարանիշ", "госномер"),
            help=("Unique.", "Təkrarsız.", "Եզակի։", "Единственный."),
            required=True,
            example="10-AA-001",
        ),
        Column(
            field="type",
            kind=Text(),
            words=("type", "tip", "տիպ", "тип"),
            help=(
                "Your own word: truck, bread van.",
                "Öz sözünüz: yük maşını, çörək furqonu.",
                "Ձեր բառը՝ բեռնատար, հացի ֆուրգոն։",
                "Ваше слово: грузовик, хлебный фургон.",
            ),
            example="truck",
        ),
        Column(
            field="homes",
            kind=Many(Ref(sheets=("places",))),
            words=("home", "dayanacaq yeri", "կայանատեղի", "место стоянки"),
            help=(
                "Place where it starts and ends; more places where it may end, separated by ;.",
                "Başladığı və qayıtdığı yer; qayıda biləcəyi digər yerlər ; ilə ayrılır.",
                "Վայր, որտեղից մեկնում և ուր վերադառնում է․ վերադարձի այլ վայրեր՝ ;-ով։",
                "Место, откуда выходит и куда возвращается; другие места возвращения через ;.",
            ),
            required=True,
            example="WH1",
        ),
        Column(
            field="payload_g",
            kind=Scaled(TONNE_G, most=MASS_MAX_G),
            unit="t",
            words=("payload", "yükgötürmə", "բեռնատարողություն", "грузоподъёмность"),
            help=("Most it may carry.", "Daşıya biləcəyi ən çox yük.", "Առավելագույն բեռը։", "Наибольший груз."),
            required=True,
            example="20",
        ),
        Column(
            field="volume_cm3",
            kind=Scaled(M3_CM3, most=10_000 * M3_CM3),
            unit="m3",
            words=("volume", "həcm", "ծավալ", "объём"),
            help=(
                "Of the whole body; may be left empty where compartments are given.",
                "Bütün kuzovun; bölmələr göstərildikdə boş qala bilər.",
                "Ամբողջ թափքի․ կարող է դատարկ մնալ, եթե նշված են խցիկները։",
                "Всего кузова; можно не указывать, если даны отсеки.",
            ),
            example="40",
        ),
        Column(
            field="compartments_cm3",
            kind=Many(Scaled(M3_CM3, most=10_000 * M3_CM3)),
            unit="m3",
            words=("compartments", "bölmələr", "խցիկներ", "отсеки"),
            help=(
                "Volumes front to back, separated by ;, such as 25; 15. Empty: one compartment.",
                "Həcmlər öndən arxaya, ; ilə, məsələn 25; 15. Boş: bir bölmə.",
                "Ծավալներն առջևից հետ՝ ;-ով, օրինակ՝ 25; 15։ Դատարկ՝ մեկ խցիկ։",
                "Объёмы спереди назад через ;, например 25; 15. Пусто: один отсек.",
            ),
            example="25; 15",
        ),
        Column(
            field="closed_body",
            kind=YesNo(),
            words=("closed body", "qapalı kuzov", "փակ թափք", "закрытый кузов"),
            help=("Empty: no.", "Boş: xeyr.", "Դատարկ՝ ոչ։", "Пусто: нет."),
            example="yes",
        ),
        Column(
            field="gross_mass_g",
            kind=Scaled(TONNE_G, most=MASS_MAX_G),
            unit="t",
            words=("gross mass", "tam kütlə", "լրիվ զանգված", "полная масса"),
            help=(
                "Registered gross mass: counts on bridges, loaded or empty. Needed where a road or place limits it.",
                "Qeydiyyat üzrə tam kütlə: körpülərdə yüklü və boş nəzərə alınır. Yol və ya yer məhdudlaşdırırsa, "
                "mütləqdir.",
                "Գրանցված լրիվ զանգվածը․ կամուրջներին հաշվվում է՝ բեռնված, թե դատարկ։ Պարտադիր է, եթե ճանապարհը "
                "կամ վայրը սահմանափակում է։",
                "Полная масса по регистрации: считается на мостах, с грузом и без. Нужна, если дорога или место "
                "её ограничивает.",
            ),
            example="36",
        ),
        Column(
            field="height_mm",
            kind=Scaled(M_MM, most=SIZE_MAX_MM),
            unit="m",
            words=("height", "hündürlük", "բարձրություն", "высота"),
            help=(
                "Needed where a road limits it.",
                "Yol məhdudlaşdırırsa, mütləqdir.",
                "Պարտադիր է, եթե ճանապարհը սահմանափակում է։",
                "Нужна, если дорога её ограничивает.",
            ),
            example="3.8",
        ),
        Column(
            field="width_mm",
            kind=Scaled(M_MM, most=SIZE_MAX_MM),
            unit="m",
            words=("width", "en", "լայնություն", "ширина"),
            help=(
                "Needed where a road limits it.",
                "Yol məhdudlaşdırırsa, mütləqdir.",
                "Պարտադիր է, եթե ճանապարհը սահմանափակում է։",
                "Нужна, если дорога её ограничивает.",
            ),
            example="2.5",
        ),
        Column(
            field="speed_permille",
            kind=Scaled(1000, least=10, most=5_000),
            words=("speed factor", "sürət əmsalı", "արագության գործակից", "коэффициент скорости"),
            help=(
                "1: drives a road in the road's own time; 0.8: slower. Empty: 1.",
                "1: yolu yolun öz vaxtında keçir; 0.8: daha yavaş. Boş: 1.",
                "1՝ անցնում է ճանապարհի սեփական ժամանակում, 0.8՝ ավելի դանդաղ։ Դատարկ՝ 1։",
                "1: едет за время самой дороги; 0.8: медленнее. Пусто: 1.",
            ),
            example="0.9",
        ),
        Column(
            field="item_classes",
            kind=Many(Code(60), unordered=True),
            words=("item classes", "mal sinifləri", "ապրանքի դասեր", "классы товаров"),
            help=(
                "What it may carry, separated by ;. Empty: everything.",
                "Nə daşıya bilər, ; ilə. Boş: hər şey.",
                "Ինչ կարող է տեղափոխել՝ ;-ով։ Դատարկ՝ ամեն ինչ։",
                "Что может везти, через ;. Пусто: всё.",
            ),
            example="food; hygiene",
        ),
        Column(
            field="zones",
            kind=Many(Code(), unordered=True),
            words=("zones", "zonalar", "գոտիներ", "зоны"),
            help=(
                "Where it may go, separated by ;. Empty: everywhere.",
                "Hara gedə bilər, ; ilə. Boş: hər yerə.",
                "Ուր կարող է գնալ՝ ;-ով։ Դատարկ՝ ամենուր։",
                "Куда может ехать, через ;. Пусто: всюду.",
            ),
        ),
        Column(
            field="shift",
            kind=WeekHours(),
            words=("shift", "növbə", "հերթափոխ", "смена"),
            help=(
                "Hours in which the crew works. Empty: always (24/7).",
                "Heyətin iş saatları. Boş: həmişə (24/7).",
                "Ժամեր, երբ աշխատում է անձնակազմը։ Դատարկ՝ միշտ (24/7)։",
                "Часы работы экипажа. Пусто: всегда (24/7).",
            ),
            example="06:00-20:00",
        ),
        Column(
            field="driving_limit_s",
            kind=Duration(most_s=HORIZON_MAX_S),
            unit="h",
            words=("driving limit", "sürmə həddi", "վարման սահման", "предел вождения"),
            help=(
                "Most driving in one shift. Empty: 9.",
                "Bir növbədə ən çox sürmə. Boş: 9.",
                "Առավելագույն վարումը մեկ հերթափոխում։ Դատարկ՝ 9։",
                "Наибольшее время за рулём за смену. Пусто: 9.",
            ),
            example="9",
        ),
        Column(
            field="cost_fixed",
            kind=COUNT,
            words=("cost per journey", "hər səfərin xərci", "ծախս մեկ երթի համար", "затраты на рейс"),
            help=(
                "In the operation's currency. Empty: 0.",
                "Əməliyyatın valyutası ilə. Boş: 0.",
                "Գործողության արժույթով։ Դատարկ՝ 0։",
                "В валюте операции. Пусто: 0.",
            ),
            example="50",
        ),
        Column(
            field="cost_per_km",
            kind=COUNT,
            words=("cost per km", "hər km xərci", "ծախս մեկ կմ-ի համար", "затраты на км"),
            help=(
                "In the operation's currency. Empty: 0.",
                "Əməliyyatın valyutası ilə. Boş: 0.",
                "Գործողության արժույթով։ Դատարկ՝ 0։",
                "В валюте операции. Пусто: 0.",
            ),
            example="2",
        ),
        Column(
            field="previous_load",
            kind=Code(60),
            words=("previous load", "əvvəlki yük", "նախորդ բեռ", "предыдущий груз"),
            help=(
                "Item class carried last before the plan.",
                "Plandan əvvəl sonuncu daşınan mal sinfi.",
                "Պլանից առաջ վերջին տեղափոխված ապրանքի դասը։",
                "Класс товара, который везли последним до плана.",
            ),
            example="fuel",
        ),
        Column(
            field="cleaned_on",
            kind=Moment(),
            words=("cleaned on", "təmizlənib", "մաքրվել է", "очищена"),
            help=(
                "When it was cleaned after that; empty: it was not.",
                "Ondan sonra nə vaxt təmizlənib; boş: təmizlənməyib.",
                "Երբ է մաքրվել դրանից հետո․ դատարկ՝ չի մաքրվել։",
                "Когда её после этого очистили; пусто: не очищали.",
            ),
            example="2023-09-21 17:00",
        ),
        Column(
            field="available_from",
            kind=Moment(),
            words=("available from", "bu vaxtdan işləkdir", "հասանելի է սկսած", "доступна с"),
            help=(
                "Empty: from the start.",
                "Boş: başlanğıcdan.",
                "Դատարկ՝ սկզբից։",
                "Пусто: с начала.",
            ),
        ),
        Column(
            field="available_until",
            kind=Moment(),
            words=("available until", "bu vaxtadək işləkdir", "հասանելի է մինչև", "доступна до"),
            help=("Empty: to the end.", "Boş: sonadək.", "Դատարկ՝ մինչև վերջ։", "Пусто: до конца."),
        ),
        Column(
            field="driver",
            kind=Text(),
            words=("driver", "sürücü", "վարորդ", "водитель"),
            help=(
                "Name on the papers.",
                "Sənədlərdə göstərilən ad.",
                "Անունը փաստաթղթերում։",
                "Имя в документах.",
            ),
        ),
        Column(
            field="phone",
            kind=Text(60),
            words=("phone", "telefon", "հեռախոս", "телефон"),
            help=("The driver's.", "Sürücünün.", "Վարորդի։", "Водителя."),
        ),
    ),
)

REQUESTS = Sheet(
    key="requests",
    words=("Requests", "Sorğular", "Հայտեր", "Заявки"),
    help=(
        "Who asks, for which place and how many people; what is asked for stands on the Request lines sheet.",
        "Kim, hansı yer və neçə nəfər üçün istəyir; nə istənildiyi Sorğu sətirləri vərəqindədir.",
        "Ով է խնդրում, որ վայրի և քանի մարդու համար․ ինչ է խնդրվում՝ Հայտերի տողեր թերթում։",
        "Кто просит, для какого места и скольких людей; что просят — на листе строк заявок.",
    ),
    records=(Request,),
    columns=(
        Column(
            field="number",
            kind=Code(60),
            words=("number", "nömrə", "համար", "номер"),
            help=("Unique.", "Təkrarsız.", "Եզակի։", "Единственный."),
            required=True,
            example="REQ-1",
        ),
        Column(
            field="raised_by",
            kind=Text(),
            words=("raised by", "müraciət edən", "ներկայացնող", "заявитель"),
            help=(
                "The representative who asks.",
                "Müraciət edən nümayəndə.",
                "Խնդրող ներկայացուցիչը։",
                "Представитель, который просит.",
            ),
            required=True,
            example="village council",
        ),
        Column(
            field="organisation",
            kind=Text(),
            words=("organisation", "təşkilat", "կազմակերպություն", "организация"),
            help=(
                "Through whom, if through an organisation.",
                "Təşkilat vasitəsilədirsə, hansı.",
                "Ում միջոցով, եթե կազմակերպության։",
                "Через какую организацию, если через неё.",
            ),
        ),
        Column(
            field="raised_at",
            kind=Moment(),
            words=("raised at", "müraciət vaxtı", "ներկայացման ժամանակ", "время подачи"),
            help=(
                "Date and time of the request.",
                "Sorğunun tarixi və saatı.",
                "Հայտի ամսաթիվն ու ժամը։",
                "Дата и время заявки.",
            ),
            required=True,
            example="2023-09-21 12:00",
        ),
        Column(
            field="place",
            kind=Ref(sheets=("places",)),
            words=("place", "yer", "վայր", "место"),
            help=(
                "Where it is to be delivered: a place's code.",
                "Hara çatdırılmalıdır: yerin kodu.",
                "Ուր պետք է հասցվի՝ վայրի կոդը։",
                "Куда доставить: код места.",
            ),
            required=True,
            example="V1",
        ),
        Column(
            field="people",
            kind=Scaled(most=10**9),
            words=("people", "adam sayı", "մարդիկ", "людей"),
            help=(
                "How many people it is for. Write no names of people in need.",
                "Neçə nəfər üçündür. Ehtiyacı olanların adlarını yazmayın.",
                "Քանի մարդու համար է։ Կարիքավորների անուններ մի՛ գրեք։",
                "Для скольких людей. Имена нуждающихся не пишите.",
            ),
            required=True,
            example="400",
        ),
        Column(
            field="approval",
            kind=Choice(APPROVALS),
            words=("approval", "təsdiq", "հաստատում", "утверждение"),
            help=(
                "Only approved requests are planned.",
                "Yalnız təsdiqlənmiş sorğular planlaşdırılır.",
                "Պլանավորվում են միայն հաստատված հայտերը։",
                "Планируются только утверждённые заявки.",
            ),
            required=True,
            example="approved",
        ),
        Column(
            field="contact",
            kind=Text(),
            words=("contact", "əlaqə", "կապ", "контакт"),
            help=(
                "Who receives, with a phone number.",
                "Qəbul edən şəxs, telefon nömrəsi ilə.",
                "Ով է ընդունում՝ հեռախոսահամարով։",
                "Кто принимает, с номером телефона.",
            ),
        ),
    ),
)

REQUEST_LINES = Sheet(
    key="request_lines",
    words=("Request lines", "Sorğu sətirləri", "Հայտերի տողեր", "Строки заявок"),
    help=(
        "What each request asks for, one item or kit per row.",
        "Hər sorğuda nə istənilir: hər sətirdə bir mal və ya dəst.",
        "Ինչ է խնդրում յուրաքանչյուր հայտը՝ տողում մեկ ապրանք կամ հավաքածու։",
        "Что просит каждая заявка, по одному товару или комплекту в строке.",
    ),
    records=(RequestLine,),
    columns=(
        Column(
            field="request",
            kind=Ref(sheets=("requests",)),
            words=("request", "sorğu", "հայտ", "заявка"),
            help=("The request's number.", "Sorğunun nömrəsi.", "Հայտի համարը։", "Номер заявки."),
            required=True,
            example="REQ-1",
        ),
        Column(
            field="line",
            kind=Scaled(least=1, most=1_000_000),
            words=("line", "sətir", "տող", "строка"),
            help=(
                "Empty: counted on from the line above.",
                "Boş: yuxarıdakı sətirdən sonra sayılır.",
                "Դատարկ՝ հաշվվում է նախորդ տողից։",
                "Пусто: по порядку после предыдущей.",
            ),
            example="1",
        ),
        Column(
            field="item",
            kind=Ref(sheets=("items", "kits")),
            words=("item or kit", "mal və ya dəst", "ապրանք կամ հավաքածու", "товар или комплект"),
            help=(
                "The code of an item or of a kit.",
                "Malın və ya dəstin kodu.",
                "Ապրանքի կամ հավաքածուի կոդը։",
                "Код товара или комплекта.",
            ),
            required=True,
            example="FLOUR",
        ),
        Column(
            field="quantity",
            kind=AT_LEAST_ONE,
            words=("quantity", "miqdar", "քանակ", "количество"),
            help=(
                "In the item's units, or kits.",
                "Malın vahidləri və ya dəstlər.",
                "Ապրանքի միավորներով կամ հավաքածուներով։",
                "В единицах товара или в комплектах.",
            ),
            required=True,
            example="2000",
        ),
        Column(
            field="priority",
            kind=Scaled(least=1, most=9),
            words=("priority", "prioritet", "առաջնահերթություն", "приоритет"),
            help=(
                "1 is the most urgent. Empty: 2.",
                "1 ən təcilidir. Boş: 2.",
                "1-ը ամենահրատապն է։ Դատարկ՝ 2։",
                "1 — самый срочный. Пусто: 2.",
            ),
            example="1",
        ),
        Column(
            field="needed_by",
            kind=Moment(),
            words=("needed by", "lazım olduğu vaxt", "պետք է մինչև", "нужно до"),
            help=(
                "Empty: as soon as possible.",
                "Boş: mümkün qədər tez.",
                "Դատարկ՝ որքան հնարավոր է շուտ։",
                "Пусто: как можно скорее.",
            ),
            example="2023-09-23 18:00",
        ),
    ),
)

SEGREGATION = Sheet(
    key="segregation",
    words=("Segregation", "Ayırma", "Տարանջատում", "Разделение грузов"),
    help=(
        "Item classes that must be kept apart. Classes that no row names may travel together. "
        "Usual: food and chemicals or fuel in separate vehicles, food and soap in separate compartments.",
        "Bir-birindən ayrı saxlanılmalı mal sinifləri. Burada göstərilməyənlər birlikdə daşına bilər. "
        "Adətən: ərzaq ilə kimyəvi maddələr və yanacaq ayrı nəqliyyatda, ərzaq ilə sabun ayrı bölmələrdə.",
        "Ապրանքի դասեր, որոնք պետք է առանձնացված լինեն։ Չնշվածները կարող են միասին տեղափոխվել։ "
        "Սովորաբար՝ սնունդն ու քիմիական նյութերը կամ վառելիքը առանձին մեքենաներով, սնունդն ու օճառը՝ առանձին "
        "խցիկներում։",
        "Классы товаров, которые нужно держать порознь. Не названные здесь можно везти вместе. "
        "Обычно: еда и химия или топливо в отдельных машинах, еда и мыло в отдельных отсеках.",
    ),
    records=(Segregation,),
    required=False,
    columns=(
        Column(
            field="first",
            kind=Code(60),
            words=("class", "sinif", "դաս", "класс"),
            help=(
                "An item class, spelled as on the Items sheet.",
                "Mallar vərəqində yazıldığı kimi mal sinfi.",
                "Ապրանքի դաս՝ ինչպես Ապրանքներ թերթում։",
                "Класс товара, как на листе товаров.",
            ),
            required=True,
            example="food",
        ),
        Column(
            field="second",
            kind=Code(60),
            words=("other class", "digər sinif", "մյուս դաս", "другой класс"),
            help=(
                "An item class, spelled as on the Items sheet.",
                "Mallar vərəqində yazıldığı kimi mal sinfi.",
                "Ապրանքի դաս՝ ինչպես Ապրանքներ թերթում։",
                "Класс товара, как на листе товаров.",
            ),
            required=True,
            example="hygiene",
        ),
        Column(
            field="level",
            kind=Choice(LEVELS),
            words=("level", "səviyyə", "մակարդակ", "уровень"),
            help=(
                "free: together; separate compartment; separate vehicle.",
                "sərbəst: birlikdə; ayrı bölmə; ayrı nəqliyyat vasitəsi.",
                "ազատ՝ միասին․ առանձին խցիկ․ առանձին մեքենա։",
                "без ограничений: вместе; отдельный отсек; отдельная машина.",
            ),
            required=True,
            example="separate compartment",
        ),
    ),
)

SHEETS: tuple[Sheet, ...] = (
    OPERATION,
    PLACES,
    ROADS,
    ITEMS,
    KITS,
    STOCK,
    PRODUCTION,
    VEHICLES,
    REQUESTS,
    REQUEST_LINES,
    SEGREGATION,
)
BY_KEY = {sheet.key: sheet for sheet in SHEETS}

SETTING: Words = ("setting", "parametr", "կարգավորում", "настройка")
VALUE: Words = ("value", "dəyər", "արժեք", "значение")
EXPLANATION: Words = ("help", "izah", "բացատրություն", "пояснение")
HELP_SHEET: Words = ("Help", "Kömək", "Օգնություն", "Справка")
EXAMPLE_MARK: Words = ("#example", "#nümunə", "#օրինակ", "#пример")

GENERAL_HELP: tuple[Words, ...] = (
    (
        "Fill in the sheets from left to right. Dark blue headings are needed; the others may stay empty.",
        "Vərəqləri soldan sağa doldurun. Mavi başlıqlar mütləqdir; qalanları boş qala bilər.",
        "Լրացրեք թերթերը ձախից աջ։ Կապույտ վերնագրերը պարտադիր են, մյուսները կարող են դատարկ մնալ։",
        "Заполняйте листы слева направо. Синие заголовки обязательны; остальные можно оставить пустыми.",
    ),
    (
        "The row that begins with #example is not read. You may leave it or delete it.",
        "#nümunə ilə başlayan sətir oxunmur. Onu saxlamaq və ya silmək olar.",
        "#օրինակ-ով սկսվող տողը չի կարդացվում։ Կարող եք թողնել կամ ջնջել այն։",
        "Строка, начинающаяся с #пример, не читается. Её можно оставить или удалить.",
    ),
    (
        "Numbers: a point for decimals, no separators of thousands, no unit in the cell: the heading holds the unit.",
        "Rəqəmlər: onluq üçün nöqtə, minlik ayırıcısı yox, xanada vahid yox: vahid başlıqdadır.",
        "Թվեր՝ տասնորդականի համար կետ, առանց հազարների բաժանարարի, առանց միավորի․ միավորը վերնագրում է։",
        "Числа: точка для дробей, без разделителей тысяч, без единицы в ячейке: единица стоит в заголовке.",
    ),
    (
        "Dates: a date cell, or 2023-09-22 14:00. Days: Mo Tu We Th Fr Sa Su. Several entries in a cell: with ; "
        "between.",
        "Tarixlər: tarix xanası və ya 2023-09-22 14:00. Günlər: Mo Tu We Th Fr Sa Su. Xanada bir neçə dəyər: ; ilə.",
        "Ամսաթվեր՝ ամսաթվի բջիջ կամ 2023-09-22 14:00։ Օրեր՝ Mo Tu We Th Fr Sa Su։ Մի քանի արժեք՝ ;-ով։",
        "Даты: ячейка даты или 2023-09-22 14:00. Дни: Mo Tu We Th Fr Sa Su. Несколько значений в ячейке: через ;.",
    ),
    (
        "No formulas: paste values. Columns and sheets may be in any order and any of the four languages.",
        "Düstur olmasın: dəyərləri yapışdırın. Sütunlar və vərəqlər istənilən sırada və dörd dildən birində ola bilər.",
        "Առանց բանաձևերի՝ տեղադրեք արժեքները։ Սյունակներն ու թերթերը կարող են լինել ցանկացած կարգով և չորս "
        "լեզուներից մեկով։",
        "Без формул: вставляйте значения. Столбцы и листы — в любом порядке и на любом из четырёх языков.",
    ),
    (
        "Write no names of people in need. Keep the file to those who need it: it says where convoys will be.",
        "Ehtiyacı olan insanların adlarını yazmayın. Faylı yalnız aidiyyəti olanlara verin: karvanların yeri oradadır.",
        "Կարիքավոր մարդկանց անուններ մի՛ գրեք։ Ֆայլը տվեք միայն նրանց, ում այն պետք է․ այն ցույց է տալիս "
        "շարասյուների տեղը։",
        "Не пишите имён нуждающихся. Давайте файл только тем, кому он нужен: по нему видно, где будут колонны.",
    ),
)
HELP_HEADINGS: tuple[Words, ...] = (
    ("column", "sütun", "սյունակ", "столбец"),
    ("needed", "mütləq", "պարտադիր", "обязательно"),
    ("what it is", "izah", "բացատրություն", "что это"),
    ("example", "nümunə", "օրինակ", "пример"),
)
NAME_HELP: Words = (
    "The name in the language xx: az, en, hy, ru or any other tag. Add a column for each language in use.",
    "xx dilində ad: az, en, hy, ru və ya başqa kod. İstifadə olunan hər dil üçün sütun əlavə edin.",
    "Անվանումը xx լեզվով՝ az, en, hy, ru կամ այլ կոդ։ Յուրաքանչյուր օգտագործվող լեզվի համար ավելացրեք սյունակ։",
    "Название на языке xx: az, en, hy, ru или другой код. Добавьте столбец для каждого нужного языка.",
)

# The sheets that a plan adds. The reader passes them over: a workbook with a plan in it is still a situation.
PLAN_SHEETS: dict[str, Words] = {
    "summary": ("Plan summary", "Plan xülasəsi", "Պլանի ամփոփում", "Сводка плана"),
    "journeys": ("Plan journeys", "Plan səfərlər", "Պլանի երթեր", "План рейсы"),
    "stops": ("Plan stops", "Plan dayanacaqlar", "Պլանի կանգառներ", "План остановки"),
    "loads": ("Plan loads", "Plan yüklər", "Պլանի բեռներ", "План грузы"),
    "convoys": ("Plan convoys", "Plan karvanlar", "Պլանի շարասյուներ", "План колонны"),
    "unserved": ("Plan unserved", "Plan təmin olunmayanlar", "Պլանի չբավարարվածներ", "План не обеспечено"),
    "stock_after": ("Plan stock after", "Plan sonrakı ehtiyat", "Պլանի պաշար հետո", "План остаток запасов"),
}
IGNORED_SHEETS = frozenset(fold(word) for words in (HELP_SHEET, *PLAN_SHEETS.values()) for word in words)
