//! Every answer is one typed value, rendered for people and programs.
