"""Made-up people's and schools' names, subjects, languages and telephone area codes, as plain lists.

Belongs here: words only. What is drawn from them, and how often, stands with the thing that is drawn.
No name holds a comma, a quotation mark or a line break: Data Export Manager writes values without quotes,
and a synthetic district is for what goes right. Files that go wrong are made from good ones by the tests.
"""

from __future__ import annotations

import unicodedata


def _words(text: str) -> list[str]:
    return text.split()


FEMALE_NAMES = _words(
    "Aaliyah Abigail Adriana Agnieszka Aisha Alejandra Alice Amara Amelia Amina Ana Andrea Anh Anjali Anna "
    "Ariana Ayaan-Lee Beatriz Bích Brianna Camila Carmen Caroline Catalina Chiara Chloé Claire Clara Daniela "
    "Deborah Delia Diana Elena Élise Ella Emily Emma Esther Eva Fatima Fiona Florence Frida Gabriela Grace "
    "Guadalupe Hana Hannah Harper Hazel Helen Huong Imani Inés Ingrid Irene Isabel Ivy Jada Jasmine Joy "
    "Jo-Ann Juana Julia Kamila Karen Kateryna Keiko Kiara Lan Latoya Laura Layla Leila Lena Leticia Linh "
    "Lucía Lucy Madison Mai Maja Margaret María Mary-Kate Maya Mei Mercy Mia Mila Mina Miriam Nadia Naomi "
    "Natalia Nia Noémie Nora Oksana Olivia Paige Patricia Pilar Priya Rachel Renée Rosa Ruth Sahra Samira "
    "Sara Siobhán Sofía Soo-Jin Stella Sunita Susan Tamika Teresa Thuy Tiana Valentina Vera Victoria Wanda "
    "Xiomara Yasmin Yuki Zainab Zoë"
)

MALE_NAMES = _words(
    "Aaron Abdi Adam Adrián Ahmed Aiden Alan Alejandro Alexander Amir Andre Andrés Anthony Antonio Arjun "
    "Benjamin Bilal Brandon Caleb Carl Carlos Chidi Christopher Cole Connor Damián Daniel Darius D'Angelo "
    "David Deshawn Diego Dmitri Dominic Duc Edward Eli Elijah Emeka Emil Emmanuel Enrique Eric Ethan Felipe "
    "Felix Fernando Francisco Gabriel George Giovanni Grant Hao Hassan Hector Henry Hugo Ian Ibrahim Isaac "
    "Ismail Iván Jack Jacob Jae Jamal James Javier Jean-Luc Jesús Joaquín John Jonah Jorge José Joshua "
    "Julian Juwan Kai Karim Kenji Kevin Khalil Lamar Leo Levi Liam Logan Louis Luca Luis Lukas Malik Manuel "
    "Marcus Mateo Matthew Miguel Minh Mohamed Nathan Nguyên Nicolás Noah Nolan Oliver Omar Oscar Owen Pablo "
    "Patrick Pedro Peter Quang Quincy Rafael Raj Ramón Raúl Ricardo Robert Roman Ryan Salvador Samuel Sanjay "
    "Santiago Sean Sebastián Simon Stephen T'Challa Tariq Terrence Thomas Tomás Tuan Tyler Victor Vikram Wei "
    "William Xavier Yusuf Zachary"
)

GIVEN_NAMES = FEMALE_NAMES + MALE_NAMES

FAMILY_NAMES = [
    *_words(
        "Abbott Abdi Abdullahi Acosta Adams Addo Adeyemi Aguilar Ahmed Alexander Ali Allen Alvarado "
        "Álvarez Anderson Andrews Antonov Aquino Arnold Avila Bailey Baker Balogun Banda Banerjee Barnes "
        "Barrera Bautista Bell Beltrán Bennett Berg Bianchi Björk Black Boateng Bondarenko Boyd Brandt "
        "Brooks Brown Bryant Burke Butler Cabrera Calderón Campbell Campos Carlson Carter Castillo Castro "
        "Cervantes Chan Chang Chávez Chen Cho Choi Chowdhury Clark Cohen Coleman Collins Contreras Cook "
        "Cooper Cortés Cox Crawford Cruz Cunningham D'Amico D'Souza Das Davis Delgado Demir Deng Díaz "
        "Dixon Domínguez Duarte Dubois Duncan Dunn Edwards Elliott Ellis Escobar Espinoza Estrada Evans "
        "Farah Farrell Ferguson Fernández Fischer Fisher Fleming Flores Ford Foster Fox Franco Freeman "
        "Fuentes Gallagher García Garza Gibson Gill Gomes Gómez González Goodman Gordon Graham Grant Gray "
        "Green Griffin Guerrero Gupta Gutiérrez Guzmán Hall Hamilton Hansen Harris Harrison Hassan Hayes "
        "Henderson Hernández Herrera Hoffman Holmes Howard Huang Hughes Hunt Hussein Ibarra Ibrahim "
        "Ivanov Jackson Jacobs Jama Jensen Jiménez Johansson Johnson Jones Jordan Juárez Kang Kaplan Kaur "
        "Keller Kelly Kennedy Khalil Khan Kim King Klein Knight Kovács Kowalski Kruger Kumar Lam Larsen "
        "Lawson Le Lee León Levy Lewis Li Lim Lin Liu Long López Lozano Lucero Luna Lynch MacDonald "
        "Maldonado Marsh Martin Martínez Mason McCarthy McDaniel McKenzie Medina Mehta Mejía Mendoza "
        "Mensah Meyer Miller Mills Miranda Mitchell Mohamed Molina Montoya Moore Morales Moreno Morgan "
        "Morris Müller Muñoz Murphy Murray Nakamura Navarro Nelson Newman Nguyen Nielsen Novak Nuñez "
        "Nwosu O'Brien O'Connor O'Donnell O'Hara O'Neill Obi Ochoa Okafor Olsen Ortega Ortiz Osei Owens "
        "Pacheco Palmer Park Parker Patel Patterson Peña Perez Peters Peterson Petrov Pham Phan Phillips "
        "Porter Powell Price Quinn Quintero Rahman Ramírez Ramos Reed Reid Reyes Reynolds Rhodes Rice "
        "Richardson Ríos Rivera Roberts Robinson Rodríguez Rogers Rojas Romero Rossi Ruiz Russell Ryan "
        "Salas Salazar Salinas Sánchez Sanders Santos Schmidt Scott Serrano Shah Sharma Shaw Silva "
        "Simmons Singh Smith Sokolov Solís Soto Stewart Stone Suárez Sullivan Suzuki Tanaka Taylor Thomas "
        "Thompson Torres Tran Trevino Tucker Turner Underwood Valdez Vargas Vásquez Vega Villa Vo Wagner "
        "Walker Wallace Walsh Wang Ward Warren Watanabe Watson Weber Webb Welch West White Williams "
        "Wilson Wong Wood Wright Wu Yang Yilmaz Young Yusuf Zamora Zhang Zhao Zimmerman Zuñiga"
    ),
    "De la Cruz",
    "De León",
    "Del Río",
    "La Rosa",
    "San Miguel",
    "St. James",
    "Van Dyke",
    "Van der Berg",
    "Von Stein",
    "Abu Bakr",
    "Al Amin",
    "Ben David",
    "García-López",
    "Smith-Jones",
    "Ruiz-Peña",
    "Lee-Park",
    "Adams-O'Neill",
    "Nguyen-Brown",
    "Pérez-Ortiz",
    "Olsen-Rey",
]

LANGUAGES = ("en", "es", "vi", "zh", "ar", "tl", "ko", "ru", "so", "ht", "pt", "fr")
LANGUAGE_WEIGHTS = (0.66, 0.20, 0.03, 0.03, 0.02, 0.01, 0.01, 0.01, 0.01, 0.01, 0.005, 0.005)

AREA_CODES = _words(
    "201 203 205 206 207 208 209 212 213 214 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253 "
    "254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 "
    "320 321 323 325 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 "
    "414 415 417 419 423 424 425 430 432 434 435 440 443 469 478 479 480 484 501 502 503 504 505 507 508 509 "
    "510 512 513 515 516 517 518 520 530 540 541 559 561 562 563 567 570 571 573 574 580 585 586 601 602 603 "
    "605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 630 631 636 641 646 650 651 660 661 662"
)

# Only 555-0100 to 555-0199 are set aside for fiction, whatever the area code.
PHONES = [f"({area}) 555-01{line:02d}" for area in AREA_CODES for line in range(100)]

PLACES_FIRST = _words(
    "Alder Amber Aspen Bayberry Bear Birch Blue Bright Canyon Cedar Cherry Clear Copper Cotton Crystal Deer "
    "Eagle Elk Falcon Fern Fox Golden Granite Green Hazel Hickory Highland Iron Juniper Laurel Lone Long "
    "Maple Meadow Mill Misty North Oak Orchard Otter"
)
PLACES_SECOND = _words(
    "Basin Bay Bend Bluff Branch Bridge Brook Canyon Cliff Cove Creek Crossing Dale Falls Field Flats Ford "
    "Forest Garden Gate Glen Grove Harbor Haven Heights Hill Hollow Island Knoll Lake Landing Mesa Park Pass "
    "Point Prairie Ridge River Spring Valley"
)

# Per level (elementary, middle, high), per period: the subjects that take turns over the sections.
ELEMENTARY_SUBJECTS = (
    ("Homeroom",),
    ("Reading & Writing",),
    ("Mathematics",),
    ("Science / Social Studies",),
    ("Art | Music",),
    ("Physical Education",),
)
MIDDLE_SUBJECTS = (
    ("English Language Arts", "Literature & Composition"),
    ("Mathematics", "Pre-Algebra"),
    ("Science & Engineering", "Life Science"),
    ("Social Studies", "Geography / Civics"),
    ("Spanish", "French", "World Languages"),
    ("PE | Health", "Band", "Drama & Stagecraft"),
)
HIGH_SUBJECTS = (
    ("English", "American Literature", "Creative Writing / Journalism"),
    ("Algebra", "Geometry", "Statistics & Probability"),
    ("Biology", "Chemistry | Honors", "Physics"),
    ("U.S. History", "Government / Economics", "World History"),
    ("Spanish", "Chinese", "French"),
    ("Physical Education", "Art & Design", "Orchestra | Choir"),
)
NEW_CLASS_SUBJECTS = (
    "Robotics & Coding",
    "Debate / Public Speaking",
    "Yearbook | Photography",
    "Reading Support",
    "College & Career Planning",
    "Garden Science",
)
SUBJECTS = sorted(
    {
        subject
        for level in (ELEMENTARY_SUBJECTS, MIDDLE_SUBJECTS, HIGH_SUBJECTS, (NEW_CLASS_SUBJECTS,))
        for period in level
        for subject in period
    }
)

# What a class title gains when a school renames the class; each differs from the one before it.
TITLE_ENDINGS = ("", " (Team A)", " (Team B)", " | Honors", " (Blended)", " / Intervention", " & Lab")


def plain(name: str) -> str:
    """The letters of a name as mail addresses use them, lower-case ASCII: "De la Cruz" gives "delacruz"."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in letters.lower() if letter.isalnum())
