package model

import (
	"reflect"
	"testing"
)

func TestNewsKeepsWhatItTells(t *testing.T) {
	news := News{
		Ranges: []Range{
			{Conversation: 12, Parties: Parties{Low: 3, High: 9}, First: 5, Last: 8},
			{Conversation: 13, Parties: Parties{Community: 7}, First: 2, Last: 2, Joined: 41},
		},
		Ended:   []EndedLogin{{User: 3, Login: 77}, {User: 4, Login: 78, Disabled: true}},
		Changed: []Notice{{User: 9, About: Address{Kind: KindCommunity, DstID: 7}}},
	}
	read, err := ParseNews(news.Text())
	if err != nil || !reflect.DeepEqual(read, news) {
		t.Errorf("read %+v, %v from %q", read, err, news.Text())
	}
	if read, err := ParseNews(""); err != nil || !reflect.DeepEqual(read, News{}) {
		t.Errorf("read %+v, %v from nothing", read, err)
	}
}

func TestParseNews(t *testing.T) {
	tests := []struct {
		name, text string
		bad        bool
	}{
		{name: "of a newer version", text: "z1/2/3 y"},
		{name: "cut off", text: "e12/u:3:9/5", bad: true},
		{name: "no number", text: "l3/x/0", bad: true},
		{name: "no conversation", text: "e12/x:3/5/8/0", bad: true},
		{name: "a letter alone", text: "c", bad: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ParseNews(tt.text); (err != nil) != tt.bad {
				t.Errorf("error %v, want one: %v", err, tt.bad)
			}
		})
	}
}
