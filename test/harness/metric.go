package harness

import (
	"bufio"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Metric returns one of the numbers that a cluster's node tells of itself.
func (s *Server) Metric(name string) float64 {
	s.t.Helper()
	all, err := s.Metrics()
	if err != nil {
		s.t.Fatal(err)
	}
	value, known := all[name]
	if !known {
		s.t.Fatalf("%s has no metric %s", s.admin, name)
	}
	return value
}

// Metrics returns all numbers without labels; the error is that of a node that
// is away.
func (s *Server) Metrics() (map[string]float64, error) {
	client := &http.Client{Timeout: 5 * time.Second}
	defer client.CloseIdleConnections()
	answer, err := client.Get("http://" + s.admin + "/metrics")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	all := map[string]float64{}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		name, text, _ := strings.Cut(lines.Text(), " ")
		if value, err := strconv.ParseFloat(text, 64); err == nil {
			all[name] = value
		}
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", s.admin, answer.Status)
	}
	return all, lines.Err()
}
