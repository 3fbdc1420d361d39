// Package bench is what the Go programs share: the list, the workers, the result.
package bench

import (
	"encoding/json"
	"log"
	"os"
	"strconv"
	"strings"
	"sync"
)

// Chrome is the browser's program.
var Chrome = os.Getenv("CHROME")

// IsRoot tells whether Chromium has to do without its sandbox: these drivers do not change the user.
var IsRoot = os.Getuid() == 0

// ForEachURL hands the URLs of the list to as many workers as the command line says, and keeps what they return.
func ForEachURL(work func(url string) string) {
	text, err := os.ReadFile(os.Args[1])
	Check(err)
	concurrency, err := strconv.Atoi(os.Args[2])
	Check(err)
	out, err := os.Create(os.Args[3])
	Check(err)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	queue := make(chan string)
	var writing sync.Mutex
	var workers sync.WaitGroup
	for range concurrency {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for url := range queue {
				html := work(url)
				writing.Lock()
				Check(encoder.Encode(map[string]string{"url": url, "html": html}))
				writing.Unlock()
			}
		}()
	}
	for _, url := range strings.Fields(string(text)) {
		queue <- url
	}
	close(queue)
	workers.Wait()
	Check(out.Close())
}

// Check ends the program on an error.
func Check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
