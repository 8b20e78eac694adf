// Makes the pages a little nicer; everything works without.
const words = document.currentScript.dataset;
const every = (selector, act, within = document) => within.querySelectorAll(selector).forEach(act);

// A password can be shown, is counted while it is made up, and knows of Caps Lock.
every("input[type=password]", (input) => {
  const label = document.createElement("label");
  const box = Object.assign(document.createElement("input"), { type: "checkbox" });
  const hint = Object.assign(document.createElement("p"), { className: "hint", role: "status" });
  label.className = "check";
  label.append(box, words.show);
  input.after(label, hint);
  box.onchange = () => { input.type = box.checked ? "text" : "password"; };
  // Browsers remember what was sent as text.
  input.form.addEventListener("submit", () => { input.type = "password"; });

  let capital;
  const tell = () => {
    const count = input.autocomplete === "new-password" && [...input.value].length;
    const length = count ? words.count.replace("%(count)s", count) : "";
    hint.textContent = capital ? `${words.caps} ${length}` : length;
  };
  input.oninput = tell;
  input.onkeydown = input.onkeyup = (event) => {
    capital = event.getModifierState?.("CapsLock");
    tell();
  };
});

// The clock goes on, and shows the time zone that is being chosen.
every("[data-select]", (clock) => {
  const { select, there, here } = clock.dataset;
  const list = document.getElementById(select);
  const show = () => {
    const timeZone = list.value;
    const time = new Date().toLocaleTimeString(document.documentElement.lang, {
      timeStyle: "short", timeZone: timeZone || "UTC",
    });
    clock.textContent = (timeZone ? there : here)
      .replace("%(time)s", time)
      .replace("%(place)s", list.selectedOptions[0].text);
  };
  list.addEventListener("change", show);
  setInterval(show, 9e3);
});

// A form is sent once: of two answers a browser shows the second, which is about what
// the first has done.
const sending = (form, now) => {
  form.sending = now;
  every("button", (button) => { button.ariaDisabled = now; }, form);
};
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.sending) return event.preventDefault();
  sending(form, true);
  // After a download the page is still there.
  setTimeout(sending, 8e3, form);
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) every("form", (form) => sending(form));
});

// What is about to end says so in time, and goes on without leaving the page.
every("[data-ends-at]", (notice) => {
  const show = () => {
    const soon = Date.parse(notice.dataset.endsAt) - Date.now() < 12e4;
    if (soon === notice.soon) return;
    notice.soon = soon;
    notice.style.display = !soon && notice.extended ? "none" : "";
    notice.classList.toggle("soon", soon);
    const text = notice.querySelector("p");
    if (soon) Object.assign(text, { role: "alert", textContent: words.soon });
  };
  notice.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(notice.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(notice)),
    }).catch(() => ({}));
    if (!answer.ok) return notice.submit();
    notice.dataset.endsAt = (await answer.json()).ends_at;
    notice.extended = true;
    notice.style.display = "none";
    document.getElementById("main").focus();
  });
  show();
  setInterval(show, 5e3);
});
