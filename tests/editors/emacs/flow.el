;;; flow.el --- One way through in a real Emacs, in batch  -*- lexical-binding: t -*-

;; What it does comes in FLOW_* variables, what it saw goes as JSON to FLOW_REPORT; the test of the client that loads this judges it.
;; FLOW_AFTER says what comes after the decision: nothing, "undo" of Emacs, or the command to "take back" what was applied.
;; The client says how its menu of code actions is asked for, and who serves a buffer.

;;; Code:

(require 'cl-lib)
(require 'json)
(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
  (add-to-list 'load-path folder))
;; Emacs's own files beside what is edited
(setq create-lockfiles nil auto-save-default nil)

(defvar flow-report nil)
(defvar flow-messages nil "What the server said, the newest first.")
(defvar flow-questions nil)
(defvar flow-source nil)

(defvar flow-actions nil "Asks for the code actions at point, as a person does.")
(defvar flow-server nil "Returns the process that serves this buffer, once it is ready.")
(defvar flow-undo-command nil "The command that proposes to take back what was applied.")
(defvar flow-idle #'ignore "What the client does in each buffer when Emacs is idle, which it never is in batch.")

(defun flow-note (key value)
  (setf (alist-get key flow-report) value))

(defun flow-truth (value)
  (if value t json-false))

(defun flow-finish ()
  (flow-note 'messages (vconcat (reverse flow-messages)))
  (flow-note 'questions (vconcat (reverse flow-questions)))
  (with-temp-file (getenv "FLOW_REPORT")
    (insert (json-encode flow-report)))
  (let ((kill-emacs-hook nil))
    (kill-emacs 0)))

(defun flow-fail (format &rest arguments)
  (flow-note 'failure (apply #'format format arguments))
  (flow-finish))

(defun flow-wait (what condition)
  "Process events until CONDITION gives non-nil, and return that."
  (let ((deadline (+ (float-time) (string-to-number (getenv "FLOW_PATIENCE")))) value)
    (while (not (or (setq value (funcall condition)) (> (float-time) deadline)))
      (accept-process-output nil 0.05)
      (dolist (buffer (buffer-list))
        (with-current-buffer buffer
          (funcall flow-idle))))
    (or value (flow-fail "waited in vain for %s" what))))

(defun flow-message (pattern)
  "The first group of PATTERN in a message of the server."
  (cl-some (lambda (text) (and (string-match pattern text) (match-string 1 text))) flow-messages))

(defun flow-text ()
  (with-current-buffer flow-source (buffer-string)))

(defun flow-pick (title)
  "Choose the code action at point whose title begins with TITLE."
  (cl-letf ((last-nonmenu-event ?a) ; a key, not the mouse
            ((symbol-function 'completing-read)
             (lambda (_prompt items &rest _)
               (let ((titles (all-completions "" items)))
                 (flow-note 'titles titles)
                 (or (cl-find-if (lambda (item) (string-prefix-p title item)) titles)
                     (flow-fail "not offered: %s in %S" title titles))))))
    (funcall flow-actions)))

(defun flow-open ()
  "The file to work on, with a line that is not saved, point at the place."
  (find-file (getenv "FLOW_FILE"))
  (setq flow-source (current-buffer)))

(defun flow-type ()
  "What a person types before anything is asked, and where the cursor is left."
  (goto-char (point-max))
  (insert "\n" (getenv "FLOW_UNSAVED") "\n")
  (undo-boundary) ; as after each command
  (goto-char (point-min))
  (search-forward (getenv "FLOW_AT")))

(defun flow-document (number)
  "The path of the review document of proposal NUMBER: as the server named it, or of the buffer where the client opened it."
  (or (flow-message (format "\\(/[^\n]*/proposals/%s\\.[0-9]+\\.diff\\)" number))
      (cl-some (lambda (buffer)
                 (let ((path (buffer-file-name buffer)))
                   (and path (string-match-p (format "/proposals/%s\\.[0-9]+\\.diff\\'" number) path) path)))
               (buffer-list))))

(defun flow-explanations ()
  "The texts of explanations that the client opened as documents."
  (cl-loop for buffer in (buffer-list)
           when (string-match-p "/explanations/.*\\.md\\'" (or (buffer-file-name buffer) ""))
           collect (with-current-buffer buffer (buffer-string))))

(defun flow-propose ()
  "Ask for the action; the proposal's number."
  (let ((asked (float-time)))
    (flow-pick (getenv "FLOW_ACTION"))
    (flow-note 'seconds_blocked (- (float-time) asked)))
  (if (equal (getenv "FLOW_DECISION") "")
      (ignore (flow-wait "an explanation" (lambda () (or flow-messages (setq flow-messages (flow-explanations))))))
    (flow-note 'proposal (flow-wait "a proposal" (lambda () (flow-message "#\\([0-9]+\\)"))))))

(defun flow-review (number)
  "Go to the review document of proposal NUMBER as the person does, and back if the decision is made in the source."
  (let ((server (funcall flow-server)))
    (unless (flow-document number)
      (flow-pick (format "Review #%s" number)))
    (find-file (flow-wait "the review document" (lambda () (flow-document number))))
    (flow-note 'review (buffer-string))
    (flow-note 'review_mode (symbol-name major-mode))
    (flow-note 'same_server (flow-truth (eq server (funcall flow-server))))
    (flow-note 'text_before (flow-text))
    (if (equal (getenv "FLOW_WHERE") "review")
        (re-search-forward "^@@ ")
      (switch-to-buffer flow-source))))

(defun flow-decide (number title)
  "Choose TITLE, where # stands for NUMBER, and wait for the outcome."
  (setq flow-messages nil)
  (cl-letf (((symbol-function 'y-or-n-p)
             (lambda (question) (push question flow-questions) (equal (getenv "FLOW_ANSWER") "yes"))))
    (flow-pick (replace-regexp-in-string "#" (concat "#" number) title))
    (flow-wait "a word on the decision" (lambda () flow-messages))))

(defun flow-undo ()
  "As C-/ takes back the last change."
  (with-current-buffer flow-source
    (undo-boundary)
    (setq last-command nil)
    (undo)
    (flow-note 'undone (flow-text))))

(defun flow-take-back ()
  "The reverse as a proposal of its own: seen, applied."
  (with-current-buffer flow-source
    (setq flow-messages nil)
    (call-interactively flow-undo-command)
    (let ((number (flow-wait "the reverse proposal" (lambda () (flow-message "proposed as #\\([0-9]+\\)")))))
      (flow-pick (format "Review #%s" number))
      (flow-note 'reverse (with-current-buffer (find-file-noselect (flow-wait "its document" (lambda () (flow-document number)))) (buffer-string)))
      (flow-note 'before_taking_back (flow-text))
      (flow-decide number "Apply #")
      (flow-note 'undone (flow-text)))))

(defun flow-run (&optional before)
  "From the place to the decision and what comes after; BEFORE is called ahead of the decision."
  (flow-type)
  (when-let ((number (flow-propose)))
    (flow-review number)
    (when before
      (funcall before))
    (flow-decide number (getenv "FLOW_DECISION"))
    (pcase (getenv "FLOW_AFTER")
      ("undo" (flow-undo))
      ("take back" (flow-take-back)))))

(defun flow-end ()
  (flow-note 'text (flow-text))
  (flow-note 'modified (flow-truth (buffer-modified-p flow-source)))
  (flow-finish))

(provide 'flow)
;;; flow.el ends here
