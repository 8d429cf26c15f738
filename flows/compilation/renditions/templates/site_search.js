"use strict";

/* Search and filters of the contents page. The index is SEARCH_INDEX of search-index.js. */
(function () {
  const form = document.getElementById("search");
  if (!form || typeof SEARCH_INDEX === "undefined") {
    return;
  }
  const field = form.elements.namedItem("words");
  const choices = Array.from(form.querySelectorAll("select"));
  const contents = document.getElementById("contents");
  const results = document.getElementById("results");
  const said = document.getElementById("found");
  const items = Array.from(contents.querySelectorAll("li[data-article]"));
  const endings = new Set(SEARCH_INDEX.endings);
  const longest = Math.max(...SEARCH_INDEX.endings.map((one) => one.length));
  const stems = Object.keys(SEARCH_INDEX.stems);

  function wordsOf(text) {
    return text.toLowerCase().replace(/ё/g, "е").match(/[0-9a-zа-я]+/g) || [];
  }

  function stemOf(word) {
    let stem = word;
    for (let length = longest; length > 0; length -= 1) {
      if (word.length - length >= 3 && endings.has(word.slice(-length))) {
        stem = word.slice(0, -length);
        break;
      }
    }
    if (stem.length > 3 && "аеийоуыьэюя".includes(stem.slice(-1))) {
      stem = stem.slice(0, -1);
    }
    return stem.slice(0, 20);
  }

  function marks(stem) {
    return SEARCH_INDEX.stems[stem].split(" ").map((one) => {
      const [number, weight] = one.split(".");
      return [parseInt(number, 36), Number(weight)];
    });
  }

  /* Article number -> weight of one word: its stem, and whatever begins with it or with the word. */
  function found(word) {
    const stem = stemOf(word);
    const weights = new Map();
    for (const known of stems) {
      if (known !== stem && !known.startsWith(stem) && !known.startsWith(word)) {
        continue;
      }
      const nearness = known === stem ? 1 : 0.5;
      for (const [number, weight] of marks(known)) {
        weights.set(number, Math.max(weights.get(number) || 0, weight * nearness));
      }
    }
    return weights;
  }

  /* Article number -> weight of all words together; every word must occur. */
  function ranked(words) {
    let total = null;
    for (const word of words) {
      const one = found(word);
      const next = new Map();
      for (const [number, weight] of one) {
        if (total === null || total.has(number)) {
          next.set(number, weight + (total === null ? 0 : total.get(number)));
        }
      }
      total = next;
    }
    return total;
  }

  function fits(item) {
    return choices.every((choice) => {
      const has = (item.dataset[choice.name] || "").split(" ");
      return choice.value === "" || has.includes(choice.value);
    });
  }

  function showContents() {
    let count = 0;
    for (const section of contents.querySelectorAll("section")) {
      let any = false;
      for (const item of section.querySelectorAll("li[data-article]")) {
        const shown = fits(item);
        item.hidden = !shown;
        any = any || shown;
        count += shown ? 1 : 0;
      }
      section.hidden = !any;
    }
    return count;
  }

  function showResults(weights) {
    const chosen = items
      .map((item) => [weights.get(Number(item.dataset.article) - 1), item])
      .filter(([weight, item]) => weight !== undefined && fits(item))
      .sort((one, other) => other[0] - one[0]);
    results.replaceChildren(
      ...chosen.map(([, item]) => {
        const copy = item.cloneNode(true);
        copy.hidden = false;
        return copy;
      }),
    );
    return chosen.length;
  }

  function plural(count) {
    const tens = count % 100;
    const ones = count % 10;
    if (ones === 1 && tens !== 11) {
      return "статья";
    }
    return ones >= 2 && ones <= 4 && (tens < 12 || tens > 14) ? "статьи" : "статей";
  }

  function show() {
    const words = wordsOf(field.value);
    const isChosen = choices.some((choice) => choice.value !== "");
    const weights = words.length ? ranked(words) : null;
    const count = weights ? showResults(weights) : showContents();
    contents.hidden = weights !== null;
    results.hidden = weights === null;
    form.elements.namedItem("clear").hidden = !words.length && !isChosen;
    if (!words.length && !isChosen) {
      said.textContent = "";
    } else if (count) {
      said.textContent = `Найдено: ${count} ${plural(count)}`;
    } else {
      said.textContent = "Ничего не найдено. Попробуйте другое слово или его начало, уберите фильтры.";
    }
  }

  /* The words stand in the address, so that a found list can be sent and the way back works. */
  function keep() {
    const asked = new URLSearchParams();
    for (const control of [field, ...choices]) {
      if (control.value.trim()) {
        asked.set(control.name, control.value.trim());
      }
    }
    const text = asked.toString();
    try {
      history.replaceState(null, "", text ? `#${text}` : location.pathname);
    } catch (_refused) {
      /* Some browsers allow no such thing for pages of a folder. */
    }
  }

  function restore() {
    const asked = new URLSearchParams(location.hash.slice(1));
    for (const control of [field, ...choices]) {
      control.value = asked.get(control.name) || "";
      if (control.tagName === "SELECT" && control.selectedIndex < 0) {
        control.value = "";
      }
    }
    show();
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    show();
    keep();
  });
  form.addEventListener("reset", () => {
    setTimeout(() => {
      show();
      keep();
      field.focus();
    });
  });
  window.addEventListener("hashchange", restore);
  restore();
})();
