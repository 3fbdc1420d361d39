// ---- go ----

readColours();
showHead();
showFigures();
showCards();
showLegend();
layOut();
makeTableBar();
fillTable();
listen();
drawAll();
document.documentElement.dataset.ready = Math.round(performance.now());
})();
