// Finds things on the page as a person does: by what is written on them or beside them.
const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
// What is hidden from screen readers too, such as the button of the Enter key, is nobody's to find.
const visible = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest("[aria-hidden=true]");
const all = (selector, within = document) => [...within.querySelectorAll(selector)].filter(visible);

const FIELDS = "input:not([type=hidden], [type=submit], [type=button], [type=reset], [type=image]), select, textarea";
const BUTTONS =
    "button, a[href], summary, input:is([type=submit], [type=button], [type=reset]), " +
    ":is([role=button], [role=link], [role=tab], [role=menuitem])";
const CHOICES = "select, fieldset, [role=radiogroup]";
const BOXES = "input[type=checkbox], input[type=radio]";
const PLACES = "tr, li, dialog, form, fieldset, article, section, [role=row], [role=listitem], [role=group]";

// A label's words, without those of the field that is inside it.
const labelled = (label) => {
    const copy = label.cloneNode(true);
    for (const field of copy.querySelectorAll("input, select, textarea, button")) field.remove();
    return copy.textContent;
};

const nameOf = (element) => {
    const by = element.getAttribute("aria-labelledby");
    if (by) return plain(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent).join(" "));
    if (element.ariaLabel) return plain(element.ariaLabel);
    if (element.labels?.length) return plain([...element.labels].map(labelled).join(" "));
    if (element.matches("fieldset")) return plain(element.querySelector("legend")?.textContent);
    if (element.matches("input, select, textarea")) return element.matches(BUTTONS) ? plain(element.value) : "";
    return plain(element.innerText) || plain(element.textContent);
};

// The one that is called so, or else the one whose name begins so ("Name" finds "Name (optional)").
const pick = (what, elements, name) => {
    const exact = elements.filter((element) => nameOf(element) === name);
    const found = exact.length ? exact : elements.filter((element) => nameOf(element).startsWith(name));
    if (found.length === 1) return found[0];
    if (found.length > 1) throw Error(`there are ${found.length} of ${what} "${name}"`);
    const names = elements.map((element) => `"${nameOf(element)}"`).join(", ");
    throw Error(`there is no ${what} "${name}"; there is ${names || "none at all"}`);
};

// Where to click: in the middle, where nothing may be in front.
const point = (element) => {
    const name = nameOf(element);
    if (element.matches(":disabled, [aria-disabled=true]")) throw Error(`"${name}" is disabled`);
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    // A box that is drawn by its label is clicked there.
    let inFront;
    for (const target of [element, ...(element.labels ?? [])]) {
        const box = target.getClientRects()[0];
        if (!box) continue;
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        inFront = document.elementFromPoint(x, y);
        if (inFront && target.contains(inFront)) return { x, y };
    }
    throw Error(`"${name}" cannot be clicked; in front of it is ${inFront?.cloneNode().outerHTML ?? "nothing"}`);
};

const pressable = (name) => point(pick("button or link", all(BUTTONS), name));

// The smallest part of the page that reads so and has what is called so.
const partWith = (place, selector, name) => {
    const around = all(PLACES).filter((part) => plain(part.innerText).includes(place));
    const with_it = around.filter((part) => all(selector, part).some((it) => nameOf(it).startsWith(name)));
    const part = with_it.find((part) => !with_it.some((other) => other !== part && part.contains(other)));
    if (!part) throw Error(`there is no "${name}" where it reads "${place}"`);
    return part;
};

const pressableIn = (place, name) => point(pick("button or link", all(BUTTONS, partWith(place, BUTTONS, name)), name));

// Readies a field for typing. One with a picker of the browser's own takes the value as it is.
const fillable = (name, value, within = document) => {
    const field = pick("field", all(FIELDS, within), name);
    if (field.matches(":disabled, :read-only:not([type=color], [type=range])")) throw Error(`"${name}" takes nothing`);
    field.scrollIntoView({ block: "center", behavior: "instant" });
    field.focus();
    if (/^(date|time|month|week|datetime-local|color|range)$/.test(field.type)) {
        field.value = value;
        if (field.value !== value) throw Error(`"${name}" does not take ${value}`);
        told(field);
        return false;
    }
    field.select();
    return true;
};

const fillableIn = (place, name, value) => fillable(name, value, partWith(place, FIELDS, name));

const told = (field) => {
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
};

// An option of a list is chosen at once; one of a group of radio buttons is to be clicked.
const choosable = (name, option, within = document) => {
    const chooser = pick("choice", all(CHOICES, within), name);
    if (!chooser.matches("select")) return point(pick("option", all("input[type=radio]", chooser), option));
    if (chooser.disabled) throw Error(`"${name}" is disabled`);
    const options = [...chooser.options];
    const found = options.find((each) => plain(each.text) === option && !each.disabled);
    if (!found) throw Error(`"${name}" has no "${option}", but ${options.map((each) => plain(each.text)).join(", ")}`);
    chooser.focus();
    if (!found.selected) {
        found.selected = true;
        told(chooser);
    }
    return null;
};

const choosableIn = (place, name, option) => choosable(name, option, partWith(place, CHOICES, name));

const checkable = (name, wanted, within = document) => {
    const box = pick("box", all(BOXES, within), name);
    return box.checked === wanted ? null : point(box);
};

const checkableIn = (place, name, wanted) => checkable(name, wanted, partWith(place, BOXES, name));

// By what the part of a list is dragged that reads so, and where it is dropped to come before it.
const partOfList = (text) => {
    const found = all("[data-sortable] > li").filter((part) => plain(part.innerText).startsWith(text));
    if (found.length !== 1) throw Error(`there are ${found.length} parts of a list that begin with "${text}"`);
    return found[0];
};

const handle = (text) => {
    const box = partOfList(text).querySelector("[draggable=true]").getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

const before = (text) => {
    const box = partOfList(text).getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + 4 };
};

const beginOfList = () => document.querySelector("[data-sortable]").scrollIntoView({ block: "start", behavior: "instant" });

const ticked = () => all(BOXES).filter((box) => box.checked).map(nameOf);

const fileField = (name) => pick("field", all("input[type=file]"), name);

const reads = () => plain(document.body?.innerText);

const see = (text) => {
    if (!reads().includes(plain(text))) throw Error(`"${text}" is not to be read`);
};

const unseen = (text) => {
    if (reads().includes(plain(text))) throw Error(`"${text}" is still to be read`);
};

const valueOf = (name) => pick("field", all(FIELDS), name).value;

const hrefOf = (name) => pick("link", all("a[href]"), name).href;

// What changes something: the buttons of forms that are posted. All of them, also in parts that are folded away.
const posting = () => [...document.forms].filter((form) => form.method === "post")
    .flatMap((form) => [...form.elements].filter((it) => it.matches("button:not([type=button]), input[type=submit]")))
    .map((button) => plain(button.textContent) || button.value);

const focused = () => {
    const element = document.activeElement;
    return element && element !== document.body ? nameOf(element) : "";
};

const recorded = (type) => {
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type, buffered: true });
    return observer.takeRecords();
};

const shift = () =>
    recorded("layout-shift")
        .filter((entry) => !entry.hadRecentInput)
        .reduce((sum, entry) => sum + entry.value, 0);

// When something was first to be seen, in seconds since 1970.
const painted = () => {
    const first = performance.getEntriesByName("first-contentful-paint")[0];
    if (!first) throw Error("nothing is painted yet");
    return (performance.timeOrigin + first.startTime) / 1000;
};

const sideways = () => document.scrollingElement.scrollWidth > document.documentElement.clientWidth;
