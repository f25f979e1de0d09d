// What makes pages quicker to use. Every one of them works without it.
"use strict";

// A box that ticks all of its table: <input type="checkbox" data-all="name of the boxes">.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches?.("[data-all]")) {
    // Not by `elements[name]`: what is called `item` is a method there.
    for (const other of box.form?.querySelectorAll("input[type=checkbox]") ?? []) {
      if (other.name === box.dataset.all) other.checked = box.checked;
    }
  } else if (box.type === "checkbox" && !box.checked && box.form) {
    // Not all of them are ticked any more.
    for (const all of box.form.querySelectorAll("[data-all]")) {
      if (all.dataset.all === box.name) all.checked = false;
    }
  }
  // A filter that is applied when it is picked: <form data-auto>. Who goes through a list by keys has not picked
  // yet: the button after it does that.
  if (box.form?.matches("[data-auto]") && box !== keyed) box.form.requestSubmit();
});

// The list that was last touched by a key.
let keyed = null;
document.addEventListener("keydown", (event) => { keyed = event.target.matches?.("select") ? event.target : null; });
document.addEventListener("pointerdown", () => { keyed = null; });

// A list in which things are moved: <ol data-sortable> with <li draggable="true">, and in each a hidden field
// that holds what it is. The buttons "up" and "down" in it do the same by key.
let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-sortable] > li") ?? null;
});
document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-sortable] > li");
  if (!dragged || !over || over.parentElement !== dragged.parentElement || over === dragged) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
});
document.addEventListener("dragend", () => {
  dragged?.parentElement.dispatchEvent(new CustomEvent("sorted", { bubbles: true }));
  dragged = null;
});

// Fields by their ids, the one that was written in last at the front.
let touched = [];
document.addEventListener("focusin", ({ target: { id } }) => {
  if (id) touched = [id, ...touched.filter((it) => it !== id)];
});

// Tags are put where the cursor is: <button type="button" data-insert="text" data-into="id of the field">. Of
// several ids, apart by a space, it is the one that was written in last, else the last of them.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insert]");
  if (!button) return;
  const into = button.dataset.into.split(" ");
  const field = document.getElementById(touched.find((id) => into.includes(id)) ?? into.at(-1));
  if (!field) return;
  field.focus();
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// What is typed is posted into a frame as one types: <button data-live="name of the frame">. The frame is made
// anew each time, so that the way back leads to the page before.
const show = (button) => {
  const frame = document.querySelector(`iframe[name="${button.dataset.live}"]`);
  const fresh = frame.cloneNode();
  fresh.removeAttribute("src");
  frame.replaceWith(fresh);
  button.form.requestSubmit(button);
};
let later = 0;
document.addEventListener("input", (event) => {
  const button = event.target.form?.querySelector("[data-live]");
  if (!button) return;
  clearTimeout(later);
  later = setTimeout(show, 700, button);
});

// A form that was sent is not sent again while its answer is awaited: who presses twice would be told of the
// second press only. What shows in a frame is sent as often as one likes. Whoever stops a page, or comes back to it,
// may send it again: no answer takes longer than that.
const LONGEST = 30_000;
let sent = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || event.submitter?.hasAttribute("formtarget")) return;
  if (performance.now() - (sent.get(form) ?? -LONGEST) < LONGEST) event.preventDefault();
  else sent.set(form, performance.now());
});
window.addEventListener("pageshow", () => { sent = new WeakMap(); });

// What was typed is not left by accident: <form data-guard>, or with "typed" when it came with what is not saved.
let typed = document.querySelector('[data-guard="typed"]') !== null;
document.addEventListener("input", (event) => {
  if (event.target.form?.matches("[data-guard]")) typed = true;
});
document.addEventListener("submit", (event) => {
  if (!event.submitter?.hasAttribute("formtarget")) typed = false;
});
window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });

// What is wrong is where one goes on.
const begin = (within) => within.querySelector(".alert, .warning[tabindex]")?.focus();
begin(document);
document.addEventListener("htmx:afterSettle", (event) => begin(event.target));
