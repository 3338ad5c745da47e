package view

import (
	"strconv"

	"ginchat/model"
)

// Option is one choice of a select. Its text is the catalogue's Key, or Label
// where that is the same in all languages.
type Option struct{ Value, Key, Label, Lang string }

// Sexes are the choices for model.User.Sex.
func (Settings) Sexes() []Option {
	return []Option{{Value: "U", Key: "sex.U"}, {Value: "W", Key: "sex.W"}, {Value: "M", Key: "sex.M"}}
}

// Langs are the choices for model.Settings.Lang.
func (Settings) Langs() []Option {
	return []Option{{Key: "language.auto"}, {Value: "en", Label: "English", Lang: "en"}, {Value: "zh", Label: "中文", Lang: "zh-CN"}}
}

// Themes are the choices for model.Settings.Theme.
func (Settings) Themes() []Option {
	return []Option{{Key: "theme.auto"}, {Value: "light", Key: "theme.light"}, {Value: "dark", Key: "theme.dark"}}
}

// Categories are the choices for model.Community.Cate.
func (Communities) Categories() []Option {
	options := make([]Option, 6)
	for i := range options {
		options[i] = Option{Value: strconv.Itoa(i), Key: "category." + strconv.Itoa(i)}
	}
	return options
}

// JoinPolicies are the choices for model.Community.JoinPolicy.
func (Communities) JoinPolicies() []Option {
	return []Option{
		{Value: string(model.JoinOpen), Key: "join.open"},
		{Value: string(model.JoinApproval), Key: "join.approval"},
		{Value: string(model.JoinInvite), Key: "join.invite"},
	}
}

// HistoryPolicies are the choices for model.Community.HistoryPolicy.
func (Communities) HistoryPolicies() []Option {
	return []Option{
		{Value: string(model.HistoryAll), Key: "history.all"},
		{Value: string(model.HistorySinceJoin), Key: "history.since_join"},
	}
}
