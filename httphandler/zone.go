package httphandler

import (
	"strings"
	"time"
	_ "time/tzdata" // zone knows readers' time zones on machines that have no list of them, such as bare containers

	"github.com/gin-gonic/gin"
)

// zoneCookie keeps the browser's time zone, which only its scripts know.
const zoneCookie = "tz"

// Now is the present in the reader's time zone as far as it is known, else in UTC.
func Now(c *gin.Context) time.Time { return time.Now().In(zone(c)) }

func zone(c *gin.Context) *time.Location {
	cookie, err := c.Request.Cookie(zoneCookie)
	if err != nil || len(cookie.Value) > 64 {
		return time.UTC
	}
	location, err := time.LoadLocation(strings.ReplaceAll(cookie.Value, "%2F", "/"))
	if err != nil {
		return time.UTC
	}
	return location
}
