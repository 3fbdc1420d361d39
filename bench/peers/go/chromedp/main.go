package main

import (
	"context"

	"bench"

	"github.com/chromedp/chromedp"
)

func main() {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(bench.Chrome))
	if bench.IsRoot {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	browser, cancel := chromedp.NewContext(allocator)
	defer cancel()
	bench.Check(chromedp.Do(browser)) // starts the browser
	bench.ForEachURL(func(url string) string {
		tab, closeTab := chromedp.NewContext(browser)
		defer closeTab()
		bench.Check(chromedp.Do(tab, chromedp.Navigate(url)))
		html, err := chromedp.Run(tab, chromedp.OuterHTML(chromedp.CSS("html")))
		bench.Check(err)
		return html
	})
}
