// The library from Go, through cgo and pkg-config.
//
//	go run . MODEL_DIR TEXT…
package main

/*
#cgo pkg-config: sentiment
#include <stdlib.h>
#include <sentiment.h>
*/
import "C"

import (
	"fmt"
	"log"
	"os"
	"unsafe"
)

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: classify MODEL_DIR TEXT…")
	}
	var clf *C.sentiment_classifier
	var err C.sentiment_error
	dir := C.CString(os.Args[1])
	defer C.free(unsafe.Pointer(dir))
	if C.sentiment_classifier_open(&clf, dir, nil, &err) != C.SENTIMENT_OK {
		log.Fatal(C.GoString(&err.message[0]))
	}
	defer C.sentiment_classifier_close(clf)

	// Texts in C's memory: the call keeps none of them.
	n := len(os.Args) - 2
	texts := make([]C.sentiment_text, n)
	for i, text := range os.Args[2:] {
		texts[i].bytes = C.CString(text)
		texts[i].len = C.size_t(len(text))
		defer C.free(unsafe.Pointer(texts[i].bytes))
	}
	results := make([]C.sentiment_result, n)
	if C.sentiment_classify(clf, &texts[0], C.size_t(n), &results[0], nil, &err) != C.SENTIMENT_OK {
		log.Fatal(C.GoString(&err.message[0]))
	}
	for i, result := range results {
		if result.status == C.SENTIMENT_OK {
			label := C.GoString(C.sentiment_classifier_label(clf, C.size_t(result.label)))
			fmt.Printf("%s %.3f %s\n", label, float32(result.score), os.Args[2+i])
		}
	}
}
