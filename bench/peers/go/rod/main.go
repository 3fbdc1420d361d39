package main

import (
	"bench"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
)

func main() {
	chrome := launcher.New().Bin(bench.Chrome).NoSandbox(bench.IsRoot)
	defer chrome.Cleanup()
	browser := rod.New().ControlURL(chrome.MustLaunch()).MustConnect()
	defer browser.MustClose()
	bench.ForEachURL(func(url string) string {
		page := browser.MustPage(url)
		defer page.MustClose()
		page.MustWaitLoad()
		return page.MustHTML()
	})
}
