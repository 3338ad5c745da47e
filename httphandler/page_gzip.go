package httphandler

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"
)

// worthGzip is the size in bytes from which a page is compressed.
const worthGzip = 1024

// writePage answers with a page, compressed where that pays and is understood.
//
// The length of a compressed answer can tell of its contents whoever makes a
// browser ask for many (BREACH). Pages hold no secret that could be used then: no
// token, no anti-forgery value; and the cookie, being SameSite=Lax, goes along only
// when a foreign page sends the whole tab here.
func writePage(c *gin.Context, status int, page []byte) error {
	c.Writer.Header().Add("Vary", "Accept-Encoding")
	if len(page) >= worthGzip && takesGzip(c.GetHeader("Accept-Encoding")) {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		if _, err := w.Write(page); err != nil {
			return fmt.Errorf("compress page: %w", err)
		}
		if err := w.Close(); err != nil {
			return fmt.Errorf("compress page: %w", err)
		}
		c.Header("Content-Encoding", "gzip")
		page = out.Bytes()
	}
	c.Data(status, "text/html; charset=utf-8", page)
	return nil
}

func takesGzip(accepted string) bool {
	for part := range strings.SplitSeq(accepted, ",") {
		coding, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(coding) == "gzip" {
			quality = strings.TrimSpace(quality)
			return quality != "q=0" && !strings.HasPrefix(quality, "q=0.0")
		}
	}
	return false
}
